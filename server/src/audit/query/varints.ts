// Whole numbers that grow, as the small differences between them: seven bits a byte, the last byte below 128. Pure.

/** Numbers that never fall, from 0 up to 2^53. */
export function packAscending(numbers: readonly number[]): Buffer {
  const bytes: number[] = [];
  let before = 0;
  for (const number of numbers) {
    let rest = number - before;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    bytes.push(rest);
    before = number;
  }
  return Buffer.from(bytes);
}

/** The numbers again; null where the bytes are not what `packAscending` makes of so many. */
export function unpackAscending(bytes: Buffer, count: number): readonly number[] | null {
  const numbers: number[] = [];
  let before = 0;
  let rest = 0;
  let weight = 1;
  for (const byte of bytes) {
    rest += (byte % 128) * weight;
    if (byte >= 128) {
      weight *= 128;
      if (weight > Number.MAX_SAFE_INTEGER) return null;
      continue;
    }
    before += rest;
    numbers.push(before);
    rest = 0;
    weight = 1;
  }
  return numbers.length === count && weight === 1 && Number.isSafeInteger(before) ? numbers : null;
}
