import { readFileSync } from 'node:fs';
import type { AuditEntry } from '#protocol/audit';
import { readEntry } from '../chain/entry.ts';
import { listSegmentsSync } from '../file/segments.ts';

/** The entries of a folder's log from one `seq` to another, both included; segments that hold none of them are not read. */
export function readEntriesSync(folder: string, from: number, to: number): readonly AuditEntry[] {
  const segments = listSegmentsSync(folder);
  return segments.flatMap(({ path, firstSeq }, index) => {
    const next = segments[index + 1]?.firstSeq ?? Number.MAX_SAFE_INTEGER;
    if ((firstSeq ?? 0) > to || next <= from) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => readEntry(line) ?? [])
      .filter(({ seq }) => seq >= from && seq <= to);
  });
}
