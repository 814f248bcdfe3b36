import type { AuditEntry } from '#protocol/audit';
import type { AuditPageState } from './auditState.ts';
import { entryStanding, type EntryStanding } from './entryStanding.ts';

/** How an entry of the list stands to the last verification; the row tells its place where nothing is filtered out. */
export function standingOf(
  { chain, cache, filter }: AuditPageState,
  { seq }: AuditEntry,
  row: number | null,
): EntryStanding {
  if (chain === null) return 'unknown';
  const isFiltered = Object.values(filter).some((value) => value !== null);
  const place = isFiltered || row === null || cache.total === null ? null : cache.total - 1 - row;
  return entryStanding(seq, place, chain);
}
