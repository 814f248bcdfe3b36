import { statSync } from 'node:fs';
import * as z from 'zod';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { databaseFailure, sqliteCode } from '../storage/sqliteProblem.ts';
import { DamagedRow } from './storedAmount.ts';

/** Runs what uses the ledger; whatever makes its answers unreliable becomes a `Failure` `ledger_unusable`. */
export function withUsableLedger<T>(file: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (sqliteCode(error) !== null) throw databaseFailure(file, error);
    // SQLite keeps larger integers than JavaScript can count with, and a damaged file keeps anything.
    const isUnread = error instanceof z.ZodError || error instanceof DamagedRow;
    const isDamaged = isUnread || systemErrorCode(error) === 'ERR_OUT_OF_RANGE';
    if (!isDamaged) throw error;
    const remedy = 'move it away, together with the files named -wal and -shm beside it, and try again';
    throw new Failure('ledger_unusable', `${file} holds a record that cannot be read: ${remedy}`, { cause: error });
  }
}

/** Notices when a file is no longer the one that was opened: what is written to a removed file is counted by nobody. */
export function watchForReplacement(file: string): () => void {
  const opened = statSync(file);
  return () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.ino === opened.ino && found.dev === opened.dev) return;
    throw new Failure(
      'ledger_unusable',
      `${file} was removed or replaced while it was in use, so spending can no longer be counted; put it back or start again`,
    );
  };
}
