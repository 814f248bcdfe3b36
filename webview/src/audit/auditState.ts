import { auditFilter, type AuditEntry, type AuditFilter, type AuditState } from '#protocol/audit';
import * as z from 'zod/mini';
import type { WindowCache } from './windowCache.ts';

/** What of the page survives that it is hidden or reloaded. */
export const keptAudit = z.strictObject({
  workspace: z.string(),
  filter: auditFilter,
  scrollTop: z.number(),
  selectedSeq: z.nullable(z.int()),
});
export type KeptAudit = Readonly<z.infer<typeof keptAudit>>;

export const noFilter: AuditFilter = { run: null, agent: null, decision: null, text: null };

/** All that the audit page draws from. */
export interface AuditPageState {
  /** Null until the editor has told it. */
  readonly chain: AuditState | null;
  readonly isVerifying: boolean;
  readonly filter: AuditFilter;
  readonly cache: WindowCache;
  /** The row that the arrow keys stand on, and the entry that is shown in full. */
  readonly cursor: number | null;
  readonly selected: AuditEntry | null;
  readonly scrollTop: number;
  readonly listHeight: number;
  readonly rowHeight: number;
}

export interface AuditActs {
  readonly verify: () => void;
  readonly showThreatModel: () => void;
  readonly showBreak: () => void;
  readonly filter: (filter: AuditFilter) => void;
  /** Changes a part of the filter as it is now, which a page that was not drawn since does not show yet. */
  readonly narrow: (part: Partial<AuditFilter>) => void;
  readonly scroll: (scrollTop: number) => void;
  readonly moveTo: (row: number) => void;
  /** From where the cursor is by now, which may be further than what is drawn; -1 before the first row. */
  readonly moveBy: (to: (cursor: number) => number) => void;
  readonly close: () => void;
  readonly say: (text: string) => void;
}
