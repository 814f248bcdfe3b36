import type { AuditEntry } from '#protocol/audit';
import { readEntry } from '../chain/entry.ts';
import { readRecorded } from '../query/query.ts';
import { isCommitment } from './commitment.ts';
import { readStored, storedCommitments } from './storedValues.ts';

export interface ErasureWish {
  /** A person as the log names them, such as `os:ann`. */
  readonly who: string | null;
  /** Text that a value holds, without regard to upper and lower case. */
  readonly text: string | null;
}

export interface ErasableValue {
  readonly commitment: string;
  readonly value: string;
  /** How many times it stands in entries. */
  readonly uses: number;
}

export interface Erasable {
  /** The values that would go, in the order in which the log first names them. */
  readonly values: readonly ErasableValue[];
  /** Entries that hold what was asked for in the chain itself: they were recorded before values were kept apart. */
  readonly outOfReach: number;
}

/**
 * What an erasure would take: the name of the person, what the person said in the entries in which they acted or
 * answered, and every value that mentions the person or the text. Only reads.
 */
export async function findErasable(folder: string, { who, text }: ErasureWish): Promise<Erasable> {
  const stored = new Map<string, string>();
  for (const commitment of storedCommitments(folder)) {
    const value = readStored(folder, commitment);
    // One that was altered is of nobody knows whom; it stays until somebody has looked.
    if (value.kind === 'value') stored.set(commitment, value.value);
  }
  const sought = [who, text].flatMap((one) => (one === null ? [] : [one.toLowerCase()]));
  const mentions = (value: string): boolean => sought.some((one) => value.toLowerCase().includes(one));
  const uses = new Map<string, number>();
  const theirs = new Set<string>();
  let outOfReach = 0;
  for await (const { entry, line } of readRecorded(folder)) {
    if (mentions(line)) outOfReach += 1;
    for (const { commitment, by } of namedIn(line, entry)) {
      uses.set(commitment, (uses.get(commitment) ?? 0) + 1);
      if (who !== null && by === who) theirs.add(commitment);
    }
  }
  const values = [...uses].flatMap(([commitment, count]) => {
    const value = stored.get(commitment);
    if (value === undefined || !(theirs.has(commitment) || mentions(value))) return [];
    return [{ commitment, value, uses: count }];
  });
  return { values, outOfReach };
}

/** The commitments in an entry, and whose they are: who acted says what for, who answered gives a reason. */
function namedIn(line: string, { who, metadata }: AuditEntry): readonly { commitment: string; by: unknown }[] {
  const recorded = readEntry(line);
  const answered = metadata?.['by'];
  return [
    { commitment: recorded?.who, by: who },
    { commitment: recorded?.why, by: who },
    { commitment: recorded?.metadata?.['by'], by: answered },
    { commitment: recorded?.metadata?.['reason'], by: answered },
  ].flatMap(({ commitment, by }) => (isCommitment(commitment) ? [{ commitment, by }] : []));
}
