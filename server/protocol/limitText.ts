/**
 * A limit of money as people write it: cents, and further decimals, to the millionth, only where it has them. One that is
 * cut off would be another limit.
 */
export function limitText(usd: number): string {
  return usd.toFixed(6).replace(/0{1,4}$/, '');
}
