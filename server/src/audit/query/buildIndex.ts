import { randomBytes } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { maxLineBytes } from '../chain/chain.ts';
import { readEntry } from '../chain/entry.ts';
import { indexOf } from '../file/auditFiles.ts';
import type { LogFile } from '../file/logFile.ts';
import { firstSeqOf, listSegments } from '../file/segments.ts';
import { exactFields, recordedMs, valuesOf, type ExactField } from './entryFilter.ts';
import { blocksForward } from './lineBlocks.ts';
import { printIndex, type IndexContent } from './segmentIndex.ts';
import { withIndex } from './withIndex.ts';

// Only writers build indexes: whoever reads a log changes nothing in its folder. An index makes reading faster and is
// never needed, so nothing here is a failure.

/** A segment that another program has let grow beyond this is read without an index. */
const mostBytes = 256 * maxLineBytes;

/**
 * Writes the index of a full segment beside it, in place of an older one. False where there can be none, as for a segment
 * with a line that is no entry, or where the disk would not have it. Never throws.
 */
export async function indexSegment(segmentPath: string): Promise<boolean> {
  const firstSeq = firstSeqOf(path.basename(segmentPath));
  if (firstSeq === null) return false;
  const temporary = `${indexOf(segmentPath)}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const content = await contentOf(segmentPath, firstSeq);
    if (content === null) return false;
    await writeFile(temporary, printIndex(content), { flag: 'wx', mode: 0o600 });
    await rename(temporary, indexOf(segmentPath));
    return true;
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
    return false;
  }
}

/** Builds what indexes are missing or cannot be used, one after the other; resolves with how many it built. */
export async function indexMissing(folder: string, signal?: AbortSignal): Promise<number> {
  let built = 0;
  for (const segment of await listSegments(folder)) {
    if (signal?.aborted === true) break;
    if (segment.isCurrent) continue;
    const isUsable = withIndex(segment, (index) => index.offsets() !== null) === true;
    if (!isUsable && (await indexSegment(segment.path))) built += 1;
  }
  return built;
}

async function contentOf(segmentPath: string, firstSeq: number): Promise<IndexContent | null> {
  if (!lstatSync(segmentPath).isFile()) return null;
  const file = await open(segmentPath, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    return size > mostBytes ? null : await read(file, size, firstSeq);
  } finally {
    await file.close();
  }
}

/** Null where any line is not the entry that belongs there: such a segment is shown as it is, line by line. */
async function read(file: LogFile, bytes: number, firstSeq: number): Promise<IndexContent | null> {
  const offsets: number[] = [];
  const fields = noFields();
  let fromMs = Infinity;
  let toMs = -Infinity;
  let lastHash = '';
  for await (const block of blocksForward(file, { from: 0, to: bytes })) {
    if (block.kind !== 'lines') return null;
    for (let start = 0; start < block.bytes.length;) {
      const end = block.bytes.indexOf(0x0a, start);
      const line = offsets.length;
      const entry = end - start > maxLineBytes ? null : readEntry(block.bytes.toString('utf8', start, end));
      if (entry === null || entry.seq !== firstSeq + line) return null;
      offsets.push(block.at + start);
      for (const field of exactFields) for (const value of valuesOf(entry, field)) list(fields[field], value, line);
      const ms = recordedMs(entry);
      // One time that cannot be read makes the range unknown, which is not a number here.
      fromMs = Math.min(fromMs, ms ?? Number.NaN);
      toMs = Math.max(toMs, ms ?? Number.NaN);
      lastHash = entry.hash;
      start = end + 1;
    }
  }
  if (offsets.length === 0) return null;
  const entries = offsets.length;
  offsets.push(bytes);
  return {
    segment: { firstSeq, entries, bytes, lastHash },
    fromMs: Number.isNaN(fromMs) ? null : fromMs,
    toMs: Number.isNaN(toMs) ? null : toMs,
    offsets,
    fields,
  };
}

type Fields = Readonly<Record<ExactField, Map<string, number[]>>>;

function noFields(): Fields {
  return {
    run: new Map(),
    task: new Map(),
    agent: new Map(),
    swarm: new Map(),
    provider: new Map(),
    what: new Map(),
    phase: new Map(),
    decision: new Map(),
  };
}

function list(values: Map<string, number[]>, value: string, line: number): void {
  const known = values.get(value);
  if (known === undefined) values.set(value, [line]);
  else known.push(line);
}
