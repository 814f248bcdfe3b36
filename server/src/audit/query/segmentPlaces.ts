import type { AuditEntry } from '#protocol/audit';
import { maxLineBytes } from '../chain/chain.ts';
import type { LogFile } from '../file/logFile.ts';
import { readRange } from '../file/readRange.ts';
import { blocksForward, type ByteRange } from './lineBlocks.ts';
import { readSegment, type Reading } from './readSegment.ts';
import type { SegmentSource } from './segmentSource.ts';
import { readEntry } from '../chain/entry.ts';

// Where the entries of a segment are, for who shows a part of them and wants to know how many there are.

/** Where each complete line of a range begins, and where the last of them ends. */
export async function linePlaces(
  file: LogFile,
  range: ByteRange,
): Promise<{ readonly places: number[]; readonly end: number }> {
  const places: number[] = [];
  let end = range.from;
  for await (const { kind, at, bytes } of blocksForward(file, range)) {
    if (kind === 'torn') continue;
    if (kind === 'overlong') places.push(at);
    for (let start = 0; start < bytes.length; start = bytes.indexOf(0x0a, start) + 1) places.push(at + start);
    end = at + bytes.length;
  }
  return { places, end };
}

/** Where the lines of the entries that fit begin, from a place of the segment on. */
export async function fittingPlaces(
  source: SegmentSource,
  how: Pick<Reading, 'entryOf' | 'accepts' | 'prefilter'>,
  fromByte: number,
): Promise<number[]> {
  const places: number[] = [];
  const batches = readSegment(source, {
    ...how,
    order: 'oldest',
    fromByte,
    cursor: null,
    onUnreadable: () => undefined,
  });
  for await (const batch of batches) for (const { at } of batch) places.push(at);
  return places;
}

/** The entry whose line begins at a place; null where the line is none. */
export async function entryAt(file: LogFile, at: number): Promise<AuditEntry | null> {
  return readEntry((await lineAt(file, at)).toString('utf8'));
}

/** The line that begins at a place, and no more of it than an entry can have: a longer one is none. */
export async function lineAt(file: LogFile, at: number): Promise<Buffer> {
  for (let length = 4096; ; length *= 8) {
    const bytes = await readRange(file, at, Math.min(length, maxLineBytes + 1));
    const end = bytes.indexOf(0x0a);
    if (end !== -1) return bytes.subarray(0, end);
    if (length > maxLineBytes || bytes.length < length) return bytes;
  }
}
