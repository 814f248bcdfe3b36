/** The beginning of a text for a heading; what is left out is marked. */
export function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length < text.length || line.length > 160 ? `${line.slice(0, 160)} …` : line;
}
