/** Calling codes of countries: of one digit, of two, and where each third digit is given out. */
const callingCode =
  /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42[013]|5[09]\d|6[789]\d|8[05789]\d|9[679]\d)/;

const international = /(?<![\w+.])(?:\+|00(?=[1-9]\d{0,2}[ ./()-]))[1-9](?:[ .()/-]{0,2}\d){7,14}(?![\d]|[.-]\d)/g;

/** Forms that are telling enough without a country before them. */
const national: readonly RegExp[] = [
  // North America: (212) 555-0123, 212-555-0123, 212.555.0123
  /(?<![\w.+)-]|\d )(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}(?<sign>[-.]))\d{3}[-.]\d{4}(?![\w]|[.-]\d)/g,
  // Great Britain and Ireland: 020 7946 0958, 07700 900123, 01632 960 983
  /(?<![\w.+-]|\d )\(?0(?:2\d|1\d{2,4}|7\d{3})\)?[ -]\d{3,4}[ -]?\d{3,4}(?![\w]|[ .-]\d)/g,
  // France: 06 12 34 56 78
  /(?<![\w.+-]|\d )0[1-9](?<pair>[ .-])\d{2}(?:\k<pair>\d{2}){3}(?![\w]|[ .-]\d)/g,
];

/** Any run of digits that the word before it calls the number of a telephone. */
const named =
  /(?<![a-z])(?:phone|telephone|mobile|cell|fax|tel|telefon|mobil|handy|téléphone|portable|teléfono|móvil)(?:[ _-]?(?:number|no|nr|nummer|num))?["'`]?\s{0,3}[.:=]{0,2}\s{0,3}["'`]?(?<number>[(+]?\d(?:[ ./()-]{0,2}\d){6,14})(?![\w])/gi;

/** Numbers of telephones, in the forms that nothing else has. */
export function* phones(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (const { 0: found, index } of text.matchAll(international)) {
    const digits = found.replace(/\D/g, '').replace(/^00/, '');
    if (digits.length >= 8 && digits.length <= 15 && callingCode.test(digits) && !isOneDigit(digits))
      yield { start: index, end: index + found.length };
  }
  for (const pattern of national) {
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (!isOneDigit(found.replace(/\D/g, ''))) yield { start: index, end: index + found.length };
    }
  }
  for (const match of text.matchAll(named)) {
    const number = match.groups?.['number'] ?? '';
    const end = match.index + match[0].length;
    if (!isOneDigit(number.replace(/\D/g, ''))) yield { start: end - number.length, end };
  }
}

function isOneDigit(digits: string): boolean {
  return /^(\d)\1*$/.test(digits);
}
