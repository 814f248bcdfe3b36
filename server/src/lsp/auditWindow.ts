import type { AuditEntry, AuditFilter, AuditWindow } from '#protocol/audit';
import { listSegments, type Segment } from '../audit/file/segments.ts';
import { openPersonalValues, type PersonalValues } from '../audit/personal/personalValues.ts';
import { askFor } from '../audit/query/askFor.ts';
import type { EntryFilter } from '../audit/query/entryFilter.ts';
import { entryAt, fittingPlaces, lineAt, linePlaces } from '../audit/query/segmentPlaces.ts';
import { openSource, type SegmentSource } from '../audit/query/segmentSource.ts';

// A window over a log that may have a million entries: where the lines of each segment stand is kept in memory, their
// content is read again when it is shown. Only what was appended since is read anew; a segment that was changed is read
// as a whole. Indexes are used where there are some, and never written.

/** What is known of one segment, whatever it is called by now. */
interface KnownSegment {
  /** Where its last complete line ends, and that line: when it is not there any more, more was done than appending. */
  sizeBytes: number;
  lastLine: Buffer;
  lastLineAt: number;
  /** Where the lines begin that match a filter, by the filter, and up to where they were looked for. */
  readonly matching: Map<string, Matches>;
}

interface Matches {
  upTo: number;
  readonly places: number[];
}

interface KnownLog {
  readonly segments: Map<string, KnownSegment>;
  revision: number;
}

export interface AuditWindows {
  read(folder: string, filter: AuditFilter, offset: number, limit: number): Promise<AuditWindow>;
}

const mostFilters = 8;

export function createAuditWindows(): AuditWindows {
  const logs = new Map<string, KnownLog>();
  let turn: Promise<unknown> = Promise.resolve();
  let lastRevision = 0;

  const read: AuditWindows['read'] = async (folder, filter, offset, limit) => {
    const segments = await listSegments(folder);
    const known: KnownLog = logs.get(folder) ?? { segments: new Map(), revision: 0 };
    logs.set(folder, known);
    const asked = entryFilterOf(filter);
    // Anew each time: values may have been erased since.
    const personal = openPersonalValues(folder);
    let hasChanged = forgetGone(known, segments);
    const counted: { readonly segment: Segment; readonly places: readonly number[] }[] = [];
    let total = 0;
    for (const segment of segments) {
      const state = await follow(folder, segment, known);
      hasChanged ||= state.hasChanged;
      const places = await matchesIn(folder, segment, state.known, asked, personal);
      counted.push({ segment, places });
      total += places.length;
    }
    if (hasChanged) {
      lastRevision += 1;
      known.revision = lastRevision;
    }
    if (segments.length === 0) return { total: 0, revision: lastRevision, entries: [] };
    const entries: AuditEntry[] = [];
    let skip = offset;
    for (const { segment, places } of counted.toReversed()) {
      const wanted = places.slice(0, Math.max(0, places.length - skip)).slice(-(limit - entries.length));
      skip = Math.max(0, skip - places.length);
      if (wanted.length > 0)
        for (const entry of await entriesAt(folder, segment, wanted.toReversed()))
          entries.push(personal.resolve(entry));
      if (entries.length >= limit) break;
    }
    return { total, revision: known.revision, entries };
  };
  return {
    // One after the other: what is known grows while it is read.
    read: async (folder, filter, offset, limit) => {
      const result = turn.then(async () => await read(folder, filter, offset, limit));
      turn = result.catch(() => undefined);
      return await result;
    },
  };
}

function entryFilterOf({ run, task, agent, phase, decision, from, to, text }: AuditFilter): EntryFilter {
  return {
    run: run ?? undefined,
    task: task ?? undefined,
    agent: agent ?? undefined,
    phase: phase ?? undefined,
    decision: decision ?? undefined,
    // A time that cannot be read is not a number, which fits nothing: it is never taken for one that was not given.
    fromMs: typeof from === 'string' ? Date.parse(from) : undefined,
    toMs: typeof to === 'string' ? Date.parse(to) : undefined,
    text: text ?? undefined,
  };
}

/** True where a segment that was known is not there any more. */
function forgetGone({ segments: known }: KnownLog, segments: readonly Segment[]): boolean {
  const there = new Set(segments.map(({ identity }) => identity));
  let hasGone = false;
  for (const identity of known.keys()) if (!there.has(identity)) hasGone = known.delete(identity) || hasGone;
  return hasGone;
}

/** Takes up what was appended to a segment, complete lines only. */
async function follow(
  folder: string,
  segment: Segment,
  log: KnownLog,
): Promise<{ readonly known: KnownSegment; readonly hasChanged: boolean }> {
  const before = log.segments.get(segment.identity);
  // A full segment never changes; one that was changed all the same has another size or is another file, most of the time.
  if (before !== undefined && !segment.isCurrent && before.sizeBytes === segment.sizeBytes)
    return { known: before, hasChanged: false };
  const source = await openSource(folder, segment, everything);
  if (source === null) return { known: before ?? nothingKnown(), hasChanged: false };
  try {
    const isSame = before !== undefined && (await continues(source, before));
    const known = isSame ? before : nothingKnown();
    log.segments.set(segment.identity, known);
    const hasGrown = await extend(source, known);
    return { known, hasChanged: hasGrown || !isSame };
  } finally {
    await source.close();
  }
}

const everything = { filter: {}, valuesFor: (_field: string, value: string) => [value] } as const;

function nothingKnown(): KnownSegment {
  return { sizeBytes: 0, lastLine: Buffer.alloc(0), lastLineAt: 0, matching: new Map() };
}

async function continues(
  { file, segment }: SegmentSource,
  { sizeBytes, lastLine, lastLineAt }: KnownSegment,
): Promise<boolean> {
  return segment.sizeBytes >= sizeBytes && (sizeBytes === 0 || (await lineAt(file, lastLineAt)).equals(lastLine));
}

async function extend({ file, segment, known: indexed }: SegmentSource, known: KnownSegment): Promise<boolean> {
  const all = matchesOf(known, '');
  if (known.sizeBytes === 0 && indexed.kind === 'places') {
    all.places.push(...indexed.offsets.slice(0, -1));
    known.sizeBytes = segment.sizeBytes;
  } else {
    const { places, end } = await linePlaces(file, { from: known.sizeBytes, to: segment.sizeBytes });
    for (const place of places) all.places.push(place);
    known.sizeBytes = end;
  }
  const hasGrown = all.upTo < known.sizeBytes;
  all.upTo = known.sizeBytes;
  known.lastLineAt = all.places.at(-1) ?? 0;
  if (hasGrown) known.lastLine = await lineAt(file, known.lastLineAt);
  return hasGrown;
}

/** Where the lines that match begin, in the order of the log. */
async function matchesIn(
  folder: string,
  segment: Segment,
  known: KnownSegment,
  filter: EntryFilter,
  personal: PersonalValues,
): Promise<readonly number[]> {
  const isAll = Object.values(filter).every((wanted) => wanted === undefined);
  const matches = matchesOf(known, isAll ? '' : JSON.stringify(filter));
  if (isAll || matches.upTo === known.sizeBytes) return matches.places;
  const { question, ...how } = askFor(personal, filter);
  const source = await openSource(folder, segment, question);
  if (source === null) return matches.places;
  try {
    const upTo = { ...source, segment: { ...segment, sizeBytes: known.sizeBytes } };
    for (const place of await fittingPlaces(upTo, how, matches.upTo)) matches.places.push(place);
    matches.upTo = known.sizeBytes;
    return matches.places;
  } finally {
    await source.close();
  }
}

function matchesOf({ matching }: KnownSegment, key: string): Matches {
  const matches = matching.get(key) ?? { upTo: 0, places: [] };
  matching.delete(key);
  matching.set(key, matches);
  for (const oldest of matching.keys()) {
    if (matching.size <= mostFilters) break;
    if (oldest !== '') matching.delete(oldest);
  }
  return matches;
}

async function entriesAt(folder: string, segment: Segment, places: readonly number[]): Promise<readonly AuditEntry[]> {
  const source = await openSource(folder, segment, everything);
  if (source === null) return [];
  try {
    const entries: AuditEntry[] = [];
    for (const place of places) {
      const entry = await entryAt(source.file, place);
      if (entry !== null) entries.push(entry);
    }
    return entries;
  } finally {
    await source.close();
  }
}
