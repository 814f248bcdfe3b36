import { setTimeout as wait } from 'node:timers/promises';
import { maxLineBytes } from '../chain/chain.ts';
import type { LogFile } from './logFile.ts';

export interface LineBatch {
  /** Complete lines, without their line feeds. Their bytes are only good until the next batch is asked for. */
  readonly lines: readonly Buffer[];
  /** In the last batch: what stands after the last line feed, else null. */
  readonly torn: Buffer | null;
}

export interface LineRange {
  readonly from: number;
  /** How often to look again, 20 ms apart, when the file ends inside a line: a writer may be in the middle of it. */
  readonly patience: number;
}

const smallestBuffer = 64 * 1024;
const largestBuffer = 2 * maxLineBytes;
const lineFeed = 0x0a;

/**
 * The lines of a file in batches, in constant memory. Of a line that is too long only the beginning is kept, one byte
 * more than an entry may have, so that whoever checks it sees that it is too long.
 */
export async function* readLines(file: LogFile, { from, patience }: LineRange): AsyncGenerator<LineBatch> {
  let buffer = Buffer.allocUnsafeSlow(smallestBuffer);
  let position = from;
  let kept = 0;
  for (let retries = 0; ;) {
    const room = buffer.length - kept;
    const { bytesRead } = await file.read(buffer, kept, room, position);
    if (bytesRead === 0) {
      if (kept === 0) return;
      if (retries === patience) break;
      retries += 1;
      await wait(20);
      continue;
    }
    retries = 0;
    position += bytesRead;
    const { lines, rest } = split(buffer.subarray(0, kept + bytesRead), kept);
    if (lines.length > 0) yield { lines, torn: null };
    kept = Math.min(rest.length, maxLineBytes + 1);
    // Small files need little memory; large ones are read in steps that are worth it.
    if (bytesRead === room && buffer.length < largestBuffer) buffer = Buffer.allocUnsafeSlow(buffer.length * 2);
    rest.copy(buffer, 0, 0, kept);
  }
  yield { lines: [], torn: buffer.subarray(0, kept) };
}

/** Cuts at line feeds; the first `searched` bytes are known to hold none. */
function split(bytes: Buffer, searched: number): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(lineFeed, searched); end !== -1; end = bytes.indexOf(lineFeed, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
}
