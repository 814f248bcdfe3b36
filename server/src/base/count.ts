/** `1 file`, `2 files`: for nouns whose plural takes an s. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
