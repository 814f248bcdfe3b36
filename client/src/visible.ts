// What agents wrote reaches people here. It must be seen as it is: no hidden characters, no changed direction of text
// (Unicode TR #36), and no link or icon that the editor would make of it.

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

/**
 * Visible text for a notification, where the editor turns `[words](address)` into a link, also one that runs a command,
 * and for labels, where it turns `$(name)` into an icon.
 */
export function plainWords(text: string): string {
  return visible(text).replaceAll('](', '] (').replaceAll('$(', '$ (');
}
