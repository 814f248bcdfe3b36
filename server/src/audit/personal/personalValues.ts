import type { AuditEntry } from '#protocol/audit';
import { withValues } from './commitment.ts';
import { hasPersonal, readStored, storedCommitments } from './storedValues.ts';

/** What commitments in a log stand for, for who shows entries. Nothing is written. */
export interface PersonalValues {
  /** False for a log that has no personal values beside it. */
  readonly isUsed: boolean;
  /** The entry with the values of its commitments; `(erased)` or `(altered)` where there is none. */
  readonly resolve: (entry: AuditEntry) => AuditEntry;
  /** The commitments that stand for a value. */
  readonly commitmentsTo: (value: string) => readonly string[];
}

const mostRemembered = 10_000;

export function openPersonalValues(folder: string): PersonalValues {
  const isUsed = hasPersonal(folder);
  const known = new Map<string, string>();
  const valueOf = (commitment: string): string => {
    const remembered = known.get(commitment);
    if (remembered !== undefined) return remembered;
    const stored = readStored(folder, commitment);
    const text = stored.kind === 'value' ? stored.value : stored.kind === 'gone' ? '(erased)' : '(altered)';
    if (known.size >= mostRemembered) known.clear();
    known.set(commitment, text);
    return text;
  };
  return {
    isUsed,
    resolve: (entry) => withValues(entry, valueOf),
    commitmentsTo: (value) => storedCommitments(folder).filter((commitment) => valueOf(commitment) === value),
  };
}
