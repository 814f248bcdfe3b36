import { rm } from 'node:fs/promises';
import { diskFailure } from '../../base/diskFailure.ts';
import { syncFolder } from '../../base/atomicFile.ts';
import { invariant } from '../../base/invariant.ts';
import { personalFolder } from '../file/auditFiles.ts';
import type { AuditLog } from '../log.ts';
import { valueFile } from './storedValues.ts';

export interface Erasure {
  /** Who asked for it here, and why. */
  readonly who: string;
  readonly reason: string;
  readonly commitments: readonly string[];
}

/** So many fit in an entry with room to spare. */
const perEntry = 5000;

/**
 * Deletes personal values for good. First the log says which and why, durably: if this is interrupted, the log never says
 * less than what is gone, and asking again goes on. Resolves with the numbers of the entries.
 */
export async function eraseValues(
  folder: string,
  log: AuditLog,
  { who, reason, commitments }: Erasure,
): Promise<readonly number[]> {
  const entries: number[] = [];
  for (let from = 0; from < commitments.length; from += perEntry) {
    const part = commitments.slice(from, from + perEntry);
    const entry = await log.append({
      who,
      what: 'audit_erased',
      where: null,
      why: 'personal values were erased on request; the entries that they stood in are unchanged',
      metadata: { reason, erased: part.length, commitments: part, authenticated: false },
    });
    invariant(entry !== null, 'what the log says about itself is recorded even where the rest is switched off');
    entries.push(entry.seq);
    for (const commitment of part) await remove(valueFile(folder, commitment));
    await syncFolder(personalFolder(folder));
  }
  return entries;
}

async function remove(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw diskFailure(file, error);
  }
}
