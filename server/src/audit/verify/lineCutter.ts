import { maxLineBytes } from '../chain/chain.ts';

const lineFeed = 0x0a;

/** Is given a line as bytes from `start` to `end`, which makes no object for each, and the place in the file after it. */
export type TakeLine = (bytes: Buffer, start: number, end: number, after: number) => void;

/**
 * Cuts chunks of a file into its lines, whoever reads them. Of a line that is too long only the beginning is kept, one byte
 * more than an entry may have, so that whoever checks it sees that it is too long.
 */
export class LineCutter {
  /** The beginning of a line whose end is in a later chunk. */
  #kept = Buffer.alloc(0);
  #keptBytes = 0;
  /** The unfinished line's real length. */
  #tornBytes = 0;
  #position = 0;

  /** Calls for each line that ends in this chunk. */
  push(chunk: Buffer, take: TakeLine): void {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      const next = end + 1;
      if (this.#tornBytes > 0) this.#join(chunk.subarray(start, end), this.#position + next, take);
      else take(chunk, start, Math.min(end, start + maxLineBytes + 1), this.#position + next);
      start = next;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    this.#position += chunk.length;
  }

  /** What stands after the last line feed, at most one byte more than an entry may have; and how long it really is. */
  get torn(): { readonly bytes: Buffer; readonly length: number } {
    return { bytes: this.#kept.subarray(0, this.#keptBytes), length: this.#tornBytes };
  }

  #join(end: Buffer, after: number, take: TakeLine): void {
    this.#keep(end);
    const length = this.#keptBytes;
    this.#keptBytes = 0;
    this.#tornBytes = 0;
    take(this.#kept, 0, length, after);
  }

  #keep(bytes: Buffer): void {
    this.#tornBytes += bytes.length;
    const taken = bytes.subarray(0, maxLineBytes + 1 - this.#keptBytes);
    if (this.#keptBytes + taken.length > this.#kept.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(maxLineBytes + 1, 2 * (this.#keptBytes + taken.length)));
      this.#kept.copy(larger, 0, 0, this.#keptBytes);
      this.#kept = larger;
    }
    taken.copy(this.#kept, this.#keptBytes);
    this.#keptBytes += taken.length;
  }
}
