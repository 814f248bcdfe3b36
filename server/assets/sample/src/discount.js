const percentByCode = new Map([
  ['WELCOME', 10],
  ['FRIENDS', 25],
]);

/** What a code takes off a sum, in whole cents, rounded down. An unknown code takes off nothing. */
export function discountFor(code, sumCents) {
  const percent = percentByCode.get(code) ?? 0;
  return Math.floor((sumCents * percent) / 100);
}
