// What agents, files and tools wrote reaches people as text. It must be seen as it is: control characters, characters that
// show nothing or change the order of text, and blanks that are none are written out wherever a person is asked or told
// (Unicode TR #36, "Trojan Source"). The one place that knows which characters those are. Tabs and line feeds stay, and
// what joins the parts of an emoji.
const unseen = [
  String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5`,
  String.raw`\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e`,
  String.raw`\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`,
];
const hidden = new RegExp(
  [
    `[${unseen.join('')}]`,
    String.raw`(?<!\p{Extended_Pictographic})\ufe0f`,
    String.raw`(?<!\p{Extended_Pictographic}\ufe0f?)\u200d`,
    String.raw`[\ud800-\udfff]`,
    String.raw`[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]`,
  ].join('|'),
  'gu',
);

export interface TextPart {
  readonly isHidden: boolean;
  readonly text: string;
}

/** The text in parts: what can be read as it is, and each character that nobody would see, by itself. */
export function partsOfText(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) parts.push({ isHidden: false, text: text.slice(from, match.index) });
    parts.push({ isHidden: true, text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ isHidden: false, text: text.slice(from) });
  return parts;
}

/** The same text with each character that nobody would see written as `\u{…}`. */
export function visible(text: string): string {
  return partsOfText(text)
    .map((part) => (part.isHidden ? `\\u{${(part.text.codePointAt(0) ?? 0).toString(16)}}` : part.text))
    .join('');
}

/** Blanks in a row that would push what follows out of sight. */
const longBlank = / {9,}/g;

/**
 * The whole text in one visible line: line ends become `⏎`, tabs a blank, and a long run of blanks its number. For what a
 * person is asked about: nothing is left out, and nothing can look like a line of ours.
 */
export function visibleWhole(text: string): string {
  const line = text.replaceAll(/[^\S\n]*\n\s*/g, ' ⏎ ').replaceAll('\t', ' ');
  return visible(line.replaceAll(longBlank, (blanks) => ` ␣×${blanks.length} `));
}

/** One visible line of at most `length` characters. */
export function visibleLine(text: string, length: number): string {
  // What is cut off anyway need not be read; a hidden character grows when it is written out, so enough is left.
  const line = visibleWhole(text.slice(0, Math.max(length * 8, 1000)));
  const isWhole = text.length <= Math.max(length * 8, 1000) && line.length <= length;
  return isWhole ? line : `${line.slice(0, Math.max(0, length - 1))}…`;
}
