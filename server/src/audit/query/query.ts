import type { AuditEntry } from '#protocol/audit';
import { currentLog } from '../file/auditFiles.ts';
import { readEntry } from '../chain/entry.ts';
import { readLines } from '../file/lines.ts';
import { openForReading } from '../file/openForReading.ts';

/** What an entry must have to be shown; everything that is given must fit. */
export interface EntryFilter {
  readonly task?: string | undefined;
  readonly run?: string | undefined;
  /** Matches the agent of the entry, or who acted. */
  readonly agent?: string | undefined;
  readonly what?: string | undefined;
  readonly decision?: string | undefined;
  /** Found anywhere in the entry's texts, without regard to upper and lower case. */
  readonly text?: string | undefined;
  /** Only the last so many of the entries that fit. */
  readonly last?: number | undefined;
}

export interface ReadEntriesOptions {
  /** Told the zero-based index of each line that is no entry; it is left out. */
  readonly onUnreadable?: (line: number) => void;
}

/**
 * The entries of a folder's log in their order, read as they are asked for; none where there is no log. Never writes.
 * What it yields is what the log says: whether that is genuine, `verifyAuditLog` tells.
 */
export async function* readEntries(
  folder: string,
  filter: EntryFilter = {},
  options: ReadEntriesOptions = {},
): AsyncGenerator<AuditEntry> {
  const fitting = readFitting(folder, filter, options);
  if (filter.last === undefined) yield* fitting;
  else yield* lastOf(fitting, filter.last);
}

async function* lastOf(fitting: AsyncIterable<AuditEntry>, last: number): AsyncGenerator<AuditEntry> {
  let kept: AuditEntry[] = [];
  for await (const entry of fitting) {
    kept.push(entry);
    // Cut now and then instead of shifting each time: shifting a long array moves all of it.
    if (kept.length > 2 * last + 1000) kept = kept.slice(-last);
  }
  if (last > 0) yield* kept.slice(-last);
}

async function* readFitting(
  folder: string,
  filter: EntryFilter,
  { onUnreadable }: ReadEntriesOptions,
): AsyncGenerator<AuditEntry> {
  const file = await openForReading(currentLog(folder));
  if (file === null) return;
  const accepts = acceptFor(filter);
  try {
    let index = -1;
    for await (const { lines, torn } of readLines(file, { from: 0, patience: 0 })) {
      const entries: AuditEntry[] = [];
      for (const line of lines) {
        index += 1;
        const entry = readEntry(line.toString('utf8'));
        if (entry === null) onUnreadable?.(index);
        else if (accepts(entry)) entries.push(entry);
      }
      if (torn !== null) onUnreadable?.(index + 1);
      yield* entries;
    }
  } finally {
    await file.close();
  }
}

/** Whether an entry fits a filter; `last` is the business of who reads. */
export function acceptFor({ task, run, agent, what, decision, text }: EntryFilter): (entry: AuditEntry) => boolean {
  const sought = text?.toLowerCase();
  return (entry) =>
    fits(task, entry.metadata?.['task_id']) &&
    fits(run, entry.metadata?.['run_id']) &&
    (fits(agent, entry.who) || fits(agent, entry.metadata?.['agent'])) &&
    fits(what, entry.what) &&
    fits(decision, entry.metadata?.['decision']) &&
    (sought === undefined || mentions([entry.who, entry.what, entry.where, entry.why, entry.metadata], sought));
}

function fits(wanted: string | undefined, actual: unknown): boolean {
  return wanted === undefined || wanted === actual;
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
