/** Three, two and four digits, apart in one way; or together where the words beside say what they are. */
const apart = /(?<![\d.-]|\d )(?<area>\d{3})(?<sign>[- ])(?<group>\d{2})\k<sign>(?<serial>\d{4})(?![\d]|[-.]\d)/g;
const together =
  /(?:ssn|social[ _-]?security)[^\d\n]{0,30}(?<number>(?<area>\d{3})(?<group>\d{2})(?<serial>\d{4}))(?!\d)/gi;

/** Numbers that were printed on advertisements and are nobody's. */
const nobodys = new Set(['078051120', '219099999']);

/** US social security numbers, by the rules of which were ever given out. */
export function* socialSecurityNumbers(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (const pattern of [apart, together]) {
    for (const match of text.matchAll(pattern)) {
      const { area = '', group = '', serial = '', number } = match.groups ?? {};
      if (!wasGivenOut(area, group, serial)) continue;
      const end = match.index + match[0].length;
      yield { start: number === undefined ? match.index : end - number.length, end };
    }
  }
}

function wasGivenOut(area: string, group: string, serial: string): boolean {
  if (area === '000' || area === '666' || area.startsWith('9')) return false;
  return group !== '00' && serial !== '0000' && !nobodys.has(area + group + serial);
}
