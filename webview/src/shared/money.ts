/** Money for people: cents, and as many more places as a small amount needs to be seen at all. */
export function money(usd: number): string {
  return inPlaces(usd, placesOf(usd));
}

/** Amounts that stand below each other: all with as many places as the one that needs most. */
export function moneyAlike(amounts: readonly number[]): readonly string[] {
  const places = Math.max(2, ...amounts.map(placesOf));
  return amounts.map((usd) => inPlaces(usd, places));
}

function placesOf(usd: number): number {
  const size = Math.abs(usd);
  if (size < 0.00005 || size >= 0.995 || isWholeCents(size)) return 2;
  return size < 0.01 ? 4 : size < 0.1 ? 3 : 2;
}

function isWholeCents(size: number): boolean {
  return Math.abs(size * 100 - Math.round(size * 100)) < 1e-6;
}

function inPlaces(usd: number, places: number): string {
  return usd !== 0 && Math.abs(usd) < 0.00005 ? 'less than $0.0001' : `$${usd.toFixed(places)}`;
}
