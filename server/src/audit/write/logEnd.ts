import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { currentLog } from '../file/auditFiles.ts';
import { readLines } from '../file/lines.ts';
import { type LogFile, type OpenLogFile } from '../file/logFile.ts';
import { listSegments, segmentName } from '../file/segments.ts';
import { firstLink, type Link } from '../chain/chain.ts';
import { findTail, followTail, type Tail, type TailReading } from './tail.ts';

// Where a log ends, as one writer among several learns it under the lock: at first from its last line, later by following
// what others appended and which segments they began. It never goes on from something that it cannot account for.

/** The segment that is being written, as this writer has it open. */
export interface Current {
  readonly kind: 'current';
  readonly file: LogFile;
  /** What the file is called on the disk. */
  readonly identity: string;
  /** `seq` of its first entry, which will be its name. */
  readonly firstSeq: number;
  readonly tail: Tail;
}

export type LogEnd =
  | { readonly kind: 'none' }
  /** A full segment was closed and the next one is not there yet. */
  | { readonly kind: 'between'; readonly link: Link; readonly closed: number }
  | Current;

export interface Learning {
  readonly folder: string;
  readonly openFile: OpenLogFile;
  /** Told every line that others appended since this writer looked last. */
  readonly onLine: (line: Buffer, after: Link, segment: number) => void;
}

/** Where the chain goes on. */
export function linkOf(end: LogEnd): Link {
  switch (end.kind) {
    case 'none':
      return firstLink;
    case 'between':
      return end.link;
    case 'current':
      return end.tail.link;
  }
}

/** Whether nothing happened since this writer knew the end; the one look at the disk that every group costs. */
export function isUnchanged(folder: string, end: LogEnd): boolean {
  if (end.kind !== 'current' || end.tail.tornBytes > 0) return false;
  const found = statOf(currentLog(folder));
  return found !== undefined && identityOf(found) === end.identity && found.size === end.tail.sizeBytes;
}

/** Finds the end of a log that this writer has not seen before. */
export async function findEnd({ folder, openFile }: Learning): Promise<LogEnd> {
  const name = currentLog(folder);
  const found = plainFile(name);
  const closed = (await listSegments(folder)).findLast(({ isCurrent }) => !isCurrent);
  const before = closed === undefined ? firstLink : await endOfClosed(closed.path, closed.sizeBytes, openFile);
  if (found === undefined)
    return closed === undefined ? { kind: 'none' } : { kind: 'between', link: before, closed: closed.firstSeq ?? 0 };

  const file = await openFile(name, 'append');
  try {
    const tail = usable(name, found.size, await findTail(file, found.size));
    // A file without a complete line continues what is before it.
    const isEmpty = tail.sizeBytes === 0;
    const firstSeq = isEmpty ? before.seq : await firstSeqIn(file, name);
    if (firstSeq !== before.seq && closed !== undefined)
      throw unwritable(
        name,
        `it begins with entry ${firstSeq}, but entry ${before.seq} comes after the segment before it`,
      );
    const identity = identityOf(found);
    return { kind: 'current', file, identity, firstSeq, tail: isEmpty ? { ...tail, link: before } : tail };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Learns what other writers did since. The files of segments that are behind the new end are closed. */
export async function followEnd(learning: Learning, known: LogEnd): Promise<LogEnd> {
  const { folder } = learning;
  const name = currentLog(folder);
  const found = plainFile(name);
  if (known.kind === 'none') return found === undefined ? known : await findEnd(learning);
  if (known.kind === 'between') return await openNext(learning, known);
  if (found !== undefined && identityOf(found) === known.identity) {
    if (found.size < known.tail.sizeBytes) throw unwritable(name, 'it was shortened while this process was writing it');
    return await follow(learning, known, name, found.size);
  }
  const closedName = path.join(folder, segmentName(known.firstSeq));
  const closed = plainFile(closedName);
  if (closed === undefined || identityOf(closed) !== known.identity) {
    const what = found === undefined ? 'removed' : 'replaced by another file';
    throw unwritable(name, `it was ${what} while this process was writing it`);
  }
  const { tail, file } = await follow(learning, known, closedName, closed.size);
  await file.close();
  if (tail.tornBytes > 0) throw unwritable(closedName, 'it is full, but its last line is not complete');
  return await openNext(learning, { kind: 'between', link: tail.link, closed: known.firstSeq });
}

/** Follows the segments that others began behind a closed one, up to the one that is being written. */
async function openNext(learning: Learning, known: Extract<LogEnd, { kind: 'between' }>): Promise<LogEnd> {
  const { folder, openFile } = learning;
  const closedName = path.join(folder, segmentName(known.link.seq));
  const isClosed = plainFile(closedName) !== undefined;
  const name = isClosed ? closedName : currentLog(folder);
  const found = plainFile(name);
  if (found === undefined) return known;
  const file = await openFile(name, 'append');
  const start: Current = {
    kind: 'current',
    file,
    identity: identityOf(found),
    firstSeq: known.link.seq,
    tail: { link: known.link, sizeBytes: 0, tornBytes: 0 },
  };
  const end = await follow(learning, start, name, found.size);
  if (!isClosed) return end;
  await file.close();
  return await openNext(learning, { kind: 'between', link: end.tail.link, closed: end.firstSeq });
}

async function follow({ onLine }: Learning, known: Current, name: string, fileBytes: number): Promise<Current> {
  if (fileBytes === known.tail.sizeBytes) return { ...known, tail: { ...known.tail, tornBytes: 0 } };
  const reading = await followTail(known.file, known.tail, fileBytes, (line, after) =>
    onLine(line, after, known.firstSeq),
  );
  return { ...known, tail: usable(name, fileBytes, reading) };
}

async function endOfClosed(name: string, fileBytes: number, openFile: OpenLogFile): Promise<Link> {
  const file = await openFile(name, 'append');
  try {
    const tail = usable(name, fileBytes, await findTail(file, fileBytes));
    if (tail.tornBytes > 0) throw unwritable(name, 'it is full, but its last line is not complete');
    return tail.link;
  } finally {
    await file.close();
  }
}

async function firstSeqIn(file: LogFile, name: string): Promise<number> {
  for await (const { lines } of readLines(file, { from: 0, patience: 0 })) {
    const seq = /^\{"seq":(0|[1-9][0-9]{0,14}),/.exec(lines[0]?.toString('latin1', 0, 40) ?? '')?.[1];
    if (seq !== undefined) return Number(seq);
    break;
  }
  throw unwritable(name, 'its first line is not an entry');
}

function usable(name: string, fileBytes: number, reading: TailReading): Tail {
  if (reading.kind === 'unusable') throw unwritable(name, `${reading.why} (${fileBytes} bytes in all)`);
  return reading.tail;
}

function plainFile(name: string): Stats | undefined {
  const found = statOf(name);
  if (found !== undefined && !found.isFile()) throw unwritable(name, 'it is not a plain file');
  return found;
}

function statOf(name: string): Stats | undefined {
  return lstatSync(name, { throwIfNoEntry: false });
}

export function identityOf(found: Stats): string {
  return `${found.dev}:${found.ino}`;
}

/** Why a log is not gone on with, and what to do then. `why` completes the sentence. */
export function unwritable(name: string, why: string, remedy = keepIt): Failure {
  return new Failure('audit_unwritable', `the audit log ${name} cannot be continued: ${why}; ${remedy}`);
}

/** For what is no mere obstacle: somebody changed the log. */
const keepIt = 'keep the folder for whoever answers for the audit and move it away, and a new log begins that says so';
