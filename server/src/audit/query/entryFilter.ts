import type { AuditEntry } from '#protocol/audit';

// What an entry can be found by. Pure: the index of a segment and the reader of lines share these definitions, so that
// both find the same entries.

/** What an entry must have to be shown; everything that is given must fit. */
export interface EntryFilter {
  readonly task?: string | undefined;
  readonly run?: string | undefined;
  /** Matches the agent of the entry, or who acted. */
  readonly agent?: string | undefined;
  readonly what?: string | undefined;
  readonly swarm?: string | undefined;
  readonly phase?: string | undefined;
  readonly provider?: string | undefined;
  readonly decision?: string | undefined;
  /** Recorded at this moment or later, in milliseconds since 1970. An entry without a proper time fits no moment. */
  readonly fromMs?: number | undefined;
  /** Recorded at this moment or before. */
  readonly toMs?: number | undefined;
  /** Found anywhere in the entry's texts, without regard to upper and lower case. */
  readonly text?: string | undefined;
}

/** The fields that are compared as a whole, those first that tell entries apart best. */
export const exactFields = ['run', 'task', 'agent', 'swarm', 'provider', 'what', 'phase', 'decision'] as const;
export type ExactField = (typeof exactFields)[number];

/** The values by which an entry is found in a field; most often one or none. */
export function valuesOf({ who, what, metadata }: AuditEntry, field: ExactField): readonly string[] {
  switch (field) {
    case 'run':
      return known(metadata?.['run_id']);
    case 'task':
      return known(metadata?.['task_id']);
    case 'agent': {
      const [agent] = known(metadata?.['agent']);
      return agent === undefined || agent === who ? known(who) : [...known(who), agent];
    }
    case 'what':
      return known(what);
    default:
      return known(metadata?.[field]);
  }
}

/** When an entry was recorded, in milliseconds since 1970; null where it does not say so in a way that can be read. */
export function recordedMs({ timestamp }: AuditEntry): number | null {
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? null : ms;
}

/** Whether an entry fits a filter. */
export function acceptFor(filter: EntryFilter): (entry: AuditEntry) => boolean {
  const { fromMs = -Infinity, toMs = Infinity } = filter;
  const isTimed = filter.fromMs !== undefined || filter.toMs !== undefined;
  const wanted = exactFields.flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [{ field, value }];
  });
  const sought = filter.text?.toLowerCase();
  return (entry) => {
    if (!wanted.every(({ field, value }) => valuesOf(entry, field).includes(value))) return false;
    if (isTimed) {
      const ms = recordedMs(entry);
      if (ms === null || !(ms >= fromMs && ms <= toMs)) return false;
    }
    if (sought === undefined) return true;
    return mentions([entry.who, entry.what, entry.where, entry.why, entry.metadata], sought);
  };
}

/** A value as it can be asked for on a command line. Logs of other writers may hold numbers where ours hold text. */
function known(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
}

function mentions(value: unknown, sought: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(sought);
  if (typeof value === 'number') return String(value).includes(sought);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => mentions(item, sought));
  return Object.entries(value).some(
    ([name, member]) => name.toLowerCase().includes(sought) || mentions(member, sought),
  );
}
