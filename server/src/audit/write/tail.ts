import { checkLine, firstLink, linkAfter, maxLineBytes, type Link } from '../chain/chain.ts';
import { readLines } from '../file/lines.ts';
import type { LogFile } from '../file/logFile.ts';
import { readRange } from '../file/readRange.ts';

/** The end of a segment as a writer must know it: where the next entry goes, in the chain and in the file. */
export interface Tail {
  readonly link: Link;
  /** Bytes up to and with the last line feed. */
  readonly sizeBytes: number;
  /** Bytes after it: a line that its writer could not finish. */
  readonly tornBytes: number;
}

export type TailReading =
  | { readonly kind: 'tail'; readonly tail: Tail }
  /** `why` completes a sentence about the log. */
  | { readonly kind: 'unusable'; readonly why: string };

/** Told each line that was read and found to continue the chain. */
export type OnLine = (line: Buffer, after: Link) => void;

/** More than one group of writes can leave behind; beyond it nobody was merely interrupted. */
const widestWindow = 16 * maxLineBytes;

/** Finds the end of a segment that this writer has not seen before, from its last line, without reading what is before it. */
export async function findTail(file: LogFile, fileBytes: number): Promise<TailReading> {
  for (let window = 64 * 1024; ; window *= 4) {
    const from = Math.max(0, fileBytes - window);
    const bytes = await readRange(file, from, fileBytes - from);
    const end = bytes.lastIndexOf('\n') + 1;
    const start = end < 2 ? 0 : bytes.lastIndexOf('\n', end - 2) + 1;
    if (from === 0 && end === 0) return { kind: 'tail', tail: tornFrom(firstLink, 0, fileBytes) };
    if (end > 0 && (start > 0 || from === 0)) {
      const check = checkLine(bytes.subarray(start, end - 1), null);
      if (check.kind === 'bad') return { kind: 'unusable', why: `its last complete line ${check.problem}` };
      return { kind: 'tail', tail: tornFrom(linkAfter(check), from + end, fileBytes) };
    }
    if (window >= widestWindow) return { kind: 'unusable', why: 'it ends in something that is not a line' };
  }
}

/** Follows what other writers appended since `tail`: every line must continue the chain from there. */
export async function followTail(file: LogFile, tail: Tail, fileBytes: number, onLine?: OnLine): Promise<TailReading> {
  let { link, sizeBytes } = tail;
  for await (const { lines } of readLines(file, { from: sizeBytes, patience: 0 })) {
    for (const line of lines) {
      const check = checkLine(line, link);
      if (check.kind === 'bad') return { kind: 'unusable', why: `a line that was added to it ${check.problem}` };
      link = linkAfter(check);
      onLine?.(line, link);
      sizeBytes += line.length + 1;
    }
  }
  if (fileBytes - sizeBytes > widestWindow) return { kind: 'unusable', why: 'it ends in something that is not a line' };
  return { kind: 'tail', tail: tornFrom(link, sizeBytes, fileBytes) };
}

function tornFrom(link: Link, sizeBytes: number, fileBytes: number): Tail {
  return { link, sizeBytes, tornBytes: fileBytes - sizeBytes };
}
