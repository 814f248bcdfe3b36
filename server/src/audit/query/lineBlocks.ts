import { maxLineBytes } from '../chain/chain.ts';
import type { LogFile } from '../file/logFile.ts';
import { readRange } from '../file/readRange.ts';

// A file of lines in blocks, from its beginning or from its end, in constant memory.

/**
 * `lines`: complete lines, each with its line feed. `torn`: what stands after the last line feed of the range.
 * `overlong`: a line that no entry can be; its bytes are left out.
 */
export interface LineBlock {
  readonly kind: 'lines' | 'torn' | 'overlong';
  /** Where it begins in the file. */
  readonly at: number;
  readonly bytes: Buffer;
}

export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const lineFeed = 0x0a;
const stepBytes = maxLineBytes;
const nothing: Buffer = Buffer.alloc(0);

/** The blocks of a range, the first lines first. The range begins with a line. A block is good until the next one. */
export async function* blocksForward(file: LogFile, { from, to }: ByteRange): AsyncGenerator<LineBlock> {
  // Room for a step, and before it for the beginning of a line that the step before did not end.
  const buffer = Buffer.allocUnsafeSlow(Math.min(to - from, stepBytes + maxLineBytes));
  let restAt = from;
  let restBytes = 0;
  let isOverlong = false;
  for (let position = from; position < to;) {
    const wanted = Math.min(buffer.length - restBytes, stepBytes, to - position);
    const { bytesRead } = await file.read(buffer, restBytes, wanted, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    let start = 0;
    let end = restBytes + bytesRead;
    if (isOverlong) {
      start = buffer.subarray(0, end).indexOf(lineFeed) + 1;
      if (start === 0) continue;
      yield { kind: 'overlong', at: restAt, bytes: nothing };
      isOverlong = false;
      restAt = position - bytesRead + start;
    }
    const known = buffer.subarray(start, end);
    const lines = known.subarray(0, known.lastIndexOf(lineFeed) + 1);
    if (lines.length > 0) yield { kind: 'lines', at: restAt, bytes: lines };
    restAt += lines.length;
    start += lines.length;
    isOverlong = end - start > maxLineBytes;
    if (isOverlong) end = start;
    buffer.copyWithin(0, start, end);
    restBytes = end - start;
  }
  if (isOverlong || restBytes > 0) yield { kind: 'torn', at: restAt, bytes: buffer.subarray(0, restBytes) };
}

/** The blocks of a range, the last lines first; the lines in a block are in the order of the file. */
export async function* blocksBackward(file: LogFile, { from, to }: ByteRange): AsyncGenerator<LineBlock> {
  /** The end of a line whose beginning was not read yet: up to and with its line feed, but for a torn one. */
  let rest = nothing;
  let isTorn = true;
  let isOverlong = false;
  for (let position = to; position > from;) {
    const start = Math.max(from, position - stepBytes);
    let fresh = await readRange(file, start, position - start);
    position = start;
    if (isTorn || isOverlong) {
      const end = fresh.lastIndexOf(lineFeed);
      if (end === -1 && start > from) {
        rest = isOverlong ? nothing : Buffer.concat([fresh, rest]);
        isOverlong ||= rest.length > maxLineBytes;
        continue;
      }
      const piece = isOverlong ? nothing : Buffer.concat([fresh.subarray(end + 1), rest]);
      if (isOverlong || piece.length > 0)
        yield { kind: isTorn ? 'torn' : 'overlong', at: start + end + 1, bytes: piece };
      isTorn = false;
      isOverlong = false;
      rest = nothing;
      fresh = fresh.subarray(0, end + 1);
    }
    const known = rest.length === 0 ? fresh : Buffer.concat([fresh, rest]);
    // The line that the range begins with is complete; any other begins after a line feed.
    const begin = start === from ? 0 : known.indexOf(lineFeed, 0) + 1;
    const lines = begin === known.length && start !== from ? nothing : known.subarray(begin);
    if (lines.length > 0) yield { kind: 'lines', at: start + begin, bytes: lines };
    rest = start === from ? nothing : known.subarray(0, known.length - lines.length);
    if (rest.length > maxLineBytes + 1) {
      isOverlong = true;
      rest = nothing;
    }
  }
}
