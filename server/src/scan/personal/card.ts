/** Digits of a card, together or in groups, as people and forms write them. */
const candidate = /(?<![\w.,-]|\d )\d(?:[ -]?\d){12,18}(?![ -]?\d|[.,]\d|\w)/g;

/** Who gives out numbers that begin so, and how long they are. */
const issuers: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 19] },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:30[0-5]|3095|36|38|39)/, lengths: [14, 16, 19] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { prefix: /^62/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [13, 14, 15, 16, 17, 18, 19] },
];

/** Numbers of payment cards: known beginnings, their lengths, and the check digit. */
export function* cards(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const digits = found.replace(/\D/g, '');
    if (/^(\d)\1+$/.test(digits) || !isGrouped(found) || !hasCheckDigit(digits)) continue;
    const isKnown = issuers.some(({ prefix, lengths }) => prefix.test(digits) && lengths.includes(digits.length));
    if (isKnown) yield { start: index, end: index + found.length };
  }
}

/** All together, or in groups of at least three digits with one sign between them. */
function isGrouped(written: string): boolean {
  const signs = new Set(written.replace(/\d/g, ''));
  return signs.size === 0 || (signs.size === 1 && written.split(/[ -]/).every((group) => group.length >= 3));
}

/** Luhn's rule. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
