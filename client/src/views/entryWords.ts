import type { AuditEntry } from '#protocol/audit';
import { decisionKind, decisionWords } from '#protocol/policy';
import { visibleLine } from '#protocol/visible';

/** The decision of an intent or the result of an outcome: as the entry has it, and as people read it. */
export interface EntryWords {
  readonly recorded: string;
  readonly shown: string;
}

/** Null for an entry that says neither. */
export function entryWords({ metadata }: Pick<AuditEntry, 'metadata'>): EntryWords | null {
  const recorded = metadata?.['decision'] ?? metadata?.['result'];
  if (typeof recorded !== 'string' || recorded === '') return null;
  const decision = decisionKind.safeParse(recorded);
  return {
    recorded: visibleLine(recorded, 30),
    shown: decision.success ? decisionWords[decision.data] : visibleLine(recorded, 30),
  };
}
