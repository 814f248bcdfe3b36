// Control characters, and the characters that change the direction or the order of text: what is shown must be what is
// there (Unicode TR #36, "Trojan Source").
const hidden =
  // eslint-disable-next-line no-control-regex -- Control characters are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** The same text with hidden characters written as `\u{…}`; tabs and line feeds stay. */
export function visible(text: string): string {
  return text.replaceAll(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** One visible line of at most `length` characters. */
export function visibleLine(text: string, length: number): string {
  const line = visible(text.replaceAll(/\s*\n\s*/g, ' ⏎ ').replaceAll('\t', ' '));
  return line.length <= length ? line : `${line.slice(0, Math.max(0, length - 1))}…`;
}
