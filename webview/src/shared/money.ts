/** Money for people: cents, and as many more places as a small amount needs to be seen at all. */
export function money(usd: number): string {
  const size = Math.abs(usd);
  if (size === 0 || size >= 0.995) return `$${usd.toFixed(2)}`;
  if (size < 0.00005) return 'less than $0.0001';
  return `$${usd.toFixed(size < 0.01 ? 4 : size < 0.1 ? 3 : 2)}`;
}
