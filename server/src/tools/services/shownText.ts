// What a server says is a stranger's text: a person and a model must see every character of it, and not too many.

// Controls, formats, private use, halves of pairs, line and paragraph separators, and whatever else shows nothing.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Whether a text has characters that do not show; line feeds, tabs and carriage returns do. */
export function hasUnseen(text: string): boolean {
  return shownText(text) !== text.replaceAll('\r', '');
}

/** The same text with unseen characters written as `\u{…}`. */
export function shownText(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(unseen, (character) =>
      character === '\n' || character === '\t' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

/** At most `limit` characters: the beginning and the end, and between them how much was left out. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  return `${text.slice(0, half)}\n[… ${text.length - 2 * half} characters left out …]\n${text.slice(-half)}`;
}
