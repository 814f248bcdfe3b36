import { readRecorded } from '../query/query.ts';
import { isCommitment } from './commitment.ts';
import { hasPersonal, readStored, storedCommitments } from './storedValues.ts';

/** What became of the personal values that stand in a log as commitments. */
export interface ErasedValues {
  /** Commitments that the log says were erased, each once, as the log names them. */
  readonly erased: readonly string[];
  /** Of these, those whose values are there all the same: the erasure was interrupted, or they were put back. */
  readonly stillThere: readonly string[];
  /** Commitments whose values are there and are not what the log commits to. */
  readonly altered: readonly string[];
  /** How many commitments of the log have no value although nothing says that it was erased. */
  readonly missing: number;
}

/**
 * Looks through a log and the values beside it; for a log without personal values that is nothing to do. Only reads.
 * Whether the entries that say so are genuine is the business of who verifies the chain.
 */
export async function erasedCommitments(folder: string): Promise<ErasedValues> {
  if (!hasPersonal(folder)) return { erased: [], stillThere: [], altered: [], missing: 0 };
  const erased = new Set<string>();
  const inLog = new Set<string>();
  for await (const { line, entry } of readRecorded(folder)) {
    if (entry.what === 'audit_erased') for (const one of erasedIn(entry.metadata)) erased.add(one);
    // In the entry about an erasure itself they stand in a list, here as the values of members.
    for (const [, digest = ''] of line.matchAll(/":"commitment:([0-9a-f]{64})"/g)) inLog.add(`commitment:${digest}`);
  }
  const stored = new Set(storedCommitments(folder));
  return {
    erased: [...erased],
    stillThere: [...erased].filter((commitment) => stored.has(commitment)),
    altered: [...stored].filter((commitment) => readStored(folder, commitment).kind === 'altered'),
    missing: [...inLog].filter((commitment) => !stored.has(commitment) && !erased.has(commitment)).length,
  };
}

/** What an entry `audit_erased` lists. */
function erasedIn(metadata: Readonly<Record<string, unknown>> | null): readonly string[] {
  const listed: unknown = metadata?.['commitments'];
  return Array.isArray(listed) ? listed.filter(isCommitment) : [];
}
