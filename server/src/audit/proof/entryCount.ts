/** `1 entry`, `60 entries`. */
export function entryCount(number: number): string {
  return number === 1 ? '1 entry' : `${number} entries`;
}
