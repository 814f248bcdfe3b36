// Control characters, and the characters that change the direction or the order of text: what a person approves must be
// what is there (Unicode TR #36, "Trojan Source"). Tabs and line feeds stay, and what joins the parts of an emoji.
const hidden =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- Such characters are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]|(?<!\p{Extended_Pictographic})\ufe0f|(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|[\ud800-\udfff]/gu;
// Blanks that look like a space and are none.
const oddBlank = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

export interface TextPart {
  readonly isHidden: boolean;
  readonly text: string;
}

/** The text in parts: what can be read as it is, and each hidden character written as `U+202E`. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  const found = [...text.matchAll(hidden), ...text.matchAll(oddBlank)].sort((a, b) => a.index - b.index);
  for (const match of found) {
    if (match.index > from) parts.push({ isHidden: false, text: text.slice(from, match.index) });
    parts.push({ isHidden: true, text: codeOf(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ isHidden: false, text: text.slice(from) });
  return parts;
}

/** Whether the text has characters that nobody would see. */
export function hasHidden(text: string): boolean {
  return textParts(text).some((part) => part.isHidden);
}

/** The text with hidden characters written out, where only text can be shown. */
export function plainText(text: string): string {
  return textParts(text)
    .map((part) => (part.isHidden ? `⟨${part.text}⟩` : part.text))
    .join('');
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
