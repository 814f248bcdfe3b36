import { partsOfText, type TextPart } from '#protocol/visible';

/** The text in parts: what can be read as it is, and each hidden character written as `U+202E`. */
export function textParts(text: string): readonly TextPart[] {
  return partsOfText(text).map((part) => (part.isHidden ? { ...part, text: codeOf(part.text) } : part));
}

/** Whether the text has characters that nobody would see. */
export function hasHidden(text: string): boolean {
  return partsOfText(text).some((part) => part.isHidden);
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
