import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AuditRecord } from '../../../../server/src/audit/log.ts';
import type { AnchorDeps } from '../../../../server/src/audit/anchor/anchorDeps.ts';
import { parseAnchorRecord, type AnchorRecord } from '../../../../server/src/audit/anchor/anchorRecord.ts';
import { noAnchors, type AnchorSettings } from '../../../../server/src/audit/anchor/settings.ts';

/** What anchors of the log in a folder are given, with a clock that stands still and the entries that they write. */
export function anchorDeps(
  folder: string,
  settings: Partial<AnchorSettings>,
  more: Partial<AnchorDeps> = {},
): AnchorDeps & { readonly entries: AuditRecord[] } {
  const entries: AuditRecord[] = [];
  return {
    folder,
    settings: { ...noAnchors, ...settings },
    clock: { now: () => new Date('2026-03-01T10:21:40.000Z'), elapsedMs: () => 0 },
    append: async (record) => {
      entries.push(record);
      return await Promise.resolve();
    },
    notes: null,
    isAirGapped: false,
    entries,
    ...more,
  };
}

/** The records of `audit.anchors`. */
export function anchorsOf(folder: string): (AnchorRecord | null)[] {
  const lines = readFileSync(path.join(folder, 'audit.anchors'), 'utf8').split('\n').slice(0, -1);
  return lines.map(parseAnchorRecord);
}
