import type { AuditEntry } from '#protocol/audit';
import { maxLineBytes } from '../chain/chain.ts';
import type { LogFile } from '../file/logFile.ts';
import { readRange } from '../file/readRange.ts';
import { blocksBackward, blocksForward, type ByteRange, type LineBlock } from './lineBlocks.ts';
import type { NextHit } from './prefilter.ts';
import type { RecordedEntry } from './recordedEntry.ts';
import type { SegmentSource } from './segmentSource.ts';

/** How the lines of a segment are read. */
export interface Reading {
  /** Takes a line apart; null where it is no entry. */
  readonly entryOf: (line: string) => AuditEntry | null;
  readonly accepts: (entry: AuditEntry) => boolean;
  readonly prefilter: ((block: Buffer) => NextHit) | null;
  readonly order: 'oldest' | 'newest';
  /** Lines before this place of the segment are not read. */
  readonly fromByte: number;
  /** Only what comes after the entry with this `seq`, in the order of reading. */
  readonly cursor: number | null;
  readonly onUnreadable: () => void;
}

/** An entry that fits, and where its line begins. */
export interface Found extends RecordedEntry {
  readonly at: number;
}

/**
 * The entries of a segment that fit, in batches. An index says which lines to read; where it turns out to be wrong, the
 * rest of the segment is read line by line.
 */
export async function* readSegment(source: SegmentSource, reading: Reading): AsyncGenerator<readonly Found[]> {
  const { segment, file, known } = source;
  const { order, fromByte, cursor } = reading;
  let range: ByteRange = { from: fromByte, to: segment.sizeBytes };
  const isOldestFirst = order === 'oldest';
  if (known.kind !== 'nothing' && segment.firstSeq !== null) {
    const { offsets } = known;
    const { firstSeq } = segment;
    if (cursor !== null) {
      // The lines of a segment with an index are numbered without a gap.
      const line = Math.min(Math.max(isOldestFirst ? cursor - firstSeq + 1 : cursor - firstSeq, 0), offsets.length - 1);
      const place = offsets[line] ?? 0;
      range = isOldestFirst ? { ...range, from: Math.max(range.from, place) } : { ...range, to: place };
    }
    if (known.kind === 'lines') {
      for (const group of groupsOf(known.lines, offsets, range, isOldestFirst)) {
        const found = await readGroup(file, group, firstSeq, reading);
        if (found === null) {
          yield* scan(file, range, reading);
          return;
        }
        yield isOldestFirst ? found : found.toReversed();
        range = isOldestFirst ? { ...range, from: group.to } : { ...range, to: group.from };
      }
      return;
    }
  }
  yield* scan(file, range, reading);
}

/** Lines near one another, read at once. */
interface Group extends ByteRange {
  readonly lines: readonly { readonly line: number; readonly from: number; readonly to: number }[];
}

const widestGap = 16 * 1024;
const widestGroup = 256 * 1024;

function groupsOf(
  lines: readonly number[],
  offsets: readonly number[],
  range: ByteRange,
  isOldestFirst: boolean,
): readonly Group[] {
  const groups: { from: number; to: number; lines: { line: number; from: number; to: number }[] }[] = [];
  for (const line of lines) {
    const from = offsets[line] ?? 0;
    const to = offsets[line + 1] ?? from;
    if (from < range.from || to > range.to) continue;
    const last = groups.at(-1);
    if (last !== undefined && from - last.to <= widestGap && to - last.from <= widestGroup) {
      last.lines.push({ line, from, to });
      last.to = to;
    } else groups.push({ from, to, lines: [{ line, from, to }] });
  }
  return isOldestFirst ? groups : groups.toReversed();
}

/** Null where what is there is not what the index said. */
async function readGroup(
  file: LogFile,
  group: Group,
  firstSeq: number,
  { entryOf, accepts }: Reading,
): Promise<readonly Found[] | null> {
  const bytes = await readRange(file, group.from, group.to - group.from);
  const found: Found[] = [];
  for (const { line, from, to } of group.lines) {
    const text = bytes.toString('utf8', from - group.from, to - group.from - 1);
    const entry = entryOf(text);
    if (entry === null || entry.seq !== firstSeq + line || bytes[to - group.from - 1] !== lineFeed) return null;
    if (accepts(entry)) found.push({ entry, line: text, at: from });
  }
  return found;
}

const lineFeed = 0x0a;

async function* scan(file: LogFile, range: ByteRange, reading: Reading): AsyncGenerator<readonly Found[]> {
  const isOldestFirst = reading.order === 'oldest';
  let isPast = reading.cursor === null;
  const blocks = isOldestFirst ? blocksForward(file, range) : blocksBackward(file, range);
  for await (const block of blocks) {
    if (block.kind !== 'lines') {
      if (isPast) reading.onUnreadable();
      continue;
    }
    const rest = isPast ? block : isOldestFirst ? after(block, reading.cursor) : before(block, reading.cursor);
    isPast ||= rest.bytes.length > 0;
    const found = linesOf(rest, reading);
    if (found.length > 0) yield isOldestFirst ? found : found.toReversed();
  }
}

/** What of a block comes behind the entry at the cursor: from the first line on whose number is higher. */
function after(block: LineBlock, cursor: number | null): LineBlock {
  let start = 0;
  for (; start < block.bytes.length; start = block.bytes.indexOf(lineFeed, start) + 1) {
    const seq = seqAt(block.bytes, start);
    if (seq !== null && seq > (cursor ?? -1)) break;
  }
  return { ...block, at: block.at + start, bytes: block.bytes.subarray(start) };
}

/** What of a block comes before the entry at the cursor: up to the last line whose number is lower. */
function before(block: LineBlock, cursor: number | null): LineBlock {
  let end = 0;
  for (let start = 0; start < block.bytes.length;) {
    const next = block.bytes.indexOf(lineFeed, start) + 1;
    const seq = seqAt(block.bytes, start);
    if (seq !== null && seq < (cursor ?? Infinity)) end = next;
    start = next;
  }
  return { ...block, bytes: block.bytes.subarray(0, end) };
}

function seqAt(bytes: Buffer, start: number): number | null {
  const digits = /^\{\s*"seq"\s*:\s*(\d{1,15})[,\s}]/.exec(bytes.toString('latin1', start, start + 40))?.[1];
  return digits === undefined ? null : Number(digits);
}

function linesOf({ at, bytes }: LineBlock, { entryOf, accepts, prefilter, onUnreadable }: Reading): Found[] {
  const found: Found[] = [];
  const nextHit = prefilter?.(bytes) ?? null;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(lineFeed, start);
    const hit = nextHit === null ? start : nextHit(start);
    const mayFit = hit !== -1 && hit < end;
    if (end - start > maxLineBytes || (!mayFit && !looksLikeEntry(bytes, start, end))) onUnreadable();
    else if (mayFit) {
      const line = bytes.toString('utf8', start, end);
      const entry = entryOf(line);
      if (entry === null) onUnreadable();
      else if (accepts(entry)) found.push({ entry, line, at: at + start });
    }
    start = end + 1;
  }
  return found;
}

/** Whether a line that cannot fit anyway has the outline of an entry; the whole of it is looked at by who verifies. */
function looksLikeEntry(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] === 0x7b && bytes[end - 1] === 0x7d;
}
