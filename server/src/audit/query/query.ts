import type { AuditEntry } from '#protocol/audit';
import { listSegments, type Segment } from '../file/segments.ts';
import { openPersonalValues } from '../personal/personalValues.ts';
import { askFor } from './askFor.ts';
import type { EntryFilter } from './entryFilter.ts';
import type { RecordedEntry } from './recordedEntry.ts';
import { readSegment, type Found } from './readSegment.ts';
import { openSource } from './segmentSource.ts';

export interface ReadEntriesOptions {
  /** `oldest` (as it is unless said) or `newest` first. */
  readonly order?: 'oldest' | 'newest' | undefined;
  /** Only entries behind the one with this `seq`, in that order: the last of the page before. */
  readonly cursor?: number | undefined;
  /** At most so many. */
  readonly limit?: number | undefined;
  /** Told of each line that was met and is no entry; it is left out. */
  readonly onUnreadable?: (() => void) | undefined;
}

/**
 * The entries of a folder's log that fit, over all of its segments, read as they are asked for and in constant memory;
 * none where there is no log. Never writes. What it yields is what the log says: whether that is genuine, a verification
 * tells. A log that grows meanwhile is read up to where it ended at the beginning.
 */
export async function* readEntries(
  folder: string,
  filter: EntryFilter = {},
  options: ReadEntriesOptions = {},
): AsyncGenerator<AuditEntry> {
  for await (const { entry } of readRecorded(folder, filter, options)) yield entry;
}

/** `readEntries` with the lines that the entries were read from. */
export async function* readRecorded(
  folder: string,
  filter: EntryFilter = {},
  options: ReadEntriesOptions = {},
): AsyncGenerator<RecordedEntry> {
  const { order = 'oldest', cursor = null, limit = Infinity, onUnreadable = ignore } = options;
  let left = limit;
  if (left <= 0) return;
  const segments = await listSegments(folder);
  for await (const found of readFound(folder, segments, filter, { order, cursor, start: null, onUnreadable })) {
    yield found;
    left -= 1;
    if (left === 0) return;
  }
}

/** The last so many of the entries that fit, the oldest of them first. Reads from the end, and keeps none of them. */
export async function* readLastRecorded(
  folder: string,
  filter: EntryFilter,
  last: number,
  onUnreadable: () => void = ignore,
): AsyncGenerator<RecordedEntry> {
  if (last <= 0) return;
  const segments = await listSegments(folder);
  const place = { order: 'newest', cursor: null, start: null, onUnreadable: ignore } as const;
  let count = 0;
  let start: Place | null = null;
  for await (const { segment, at } of readFound(folder, segments, filter, place)) {
    count += 1;
    start = { segment, at };
    if (count === last) break;
  }
  // Where fewer fit than were asked for, everything was looked at, and every line that is no entry counts.
  const from = count === last ? start : null;
  yield* readFound(folder, segments, filter, { order: 'oldest', cursor: null, start: from, onUnreadable });
}

interface Place {
  readonly segment: Segment;
  readonly at: number;
}

interface Where {
  readonly order: 'oldest' | 'newest';
  readonly cursor: number | null;
  /** Where reading begins, oldest first. */
  readonly start: Place | null;
  readonly onUnreadable: () => void;
}

async function* readFound(
  folder: string,
  segments: readonly Segment[],
  filter: EntryFilter,
  { order, cursor, start, onUnreadable }: Where,
): AsyncGenerator<Found & Place> {
  const { question, ...how } = askFor(openPersonalValues(folder), filter);
  const reading = { ...how, order, cursor, onUnreadable };
  const wanted = wantedOf(segments, order, cursor).slice(start === null ? 0 : segments.indexOf(start.segment));
  for (const segment of wanted) {
    const source = await openSource(folder, segment, question);
    if (source === null) continue;
    try {
      const fromByte = segment === start?.segment ? start.at : 0;
      for await (const batch of readSegment(source, { ...reading, fromByte }))
        for (const found of batch) yield { ...found, segment };
    } finally {
      await source.close();
    }
  }
}

/** The segments in the order of reading, without those that by their names lie before the cursor. */
function wantedOf(segments: readonly Segment[], order: Where['order'], cursor: number | null): readonly Segment[] {
  if (order === 'newest')
    return segments.filter(({ firstSeq }) => cursor === null || firstSeq === null || firstSeq < cursor).toReversed();
  return segments.filter((_, index) => {
    const next = segments[index + 1]?.firstSeq ?? null;
    return cursor === null || next === null || next > cursor + 1;
  });
}

function ignore(): void {
  // Whoever does not ask is not told.
}
