import { open } from 'node:fs/promises';
import type { Database } from './sqlite.ts';
import { databaseFailure } from './sqliteProblem.ts';

/**
 * Waits until everything that was committed is on the disk. The write-ahead log does not wait by itself: that makes every
 * step fast, and lets a power loss take back the latest ones.
 */
export async function makeDurable(database: Database): Promise<void> {
  if (database.prepare('PRAGMA journal_mode').get()?.['journal_mode'] !== 'wal') return;
  const file = database.location() ?? '';
  try {
    // SQLite holds no locks on this file, so that closing it drops none.
    const log = await open(`${file}-wal`, 'r+');
    try {
      await log.datasync();
    } finally {
      await log.close();
    }
  } catch (error) {
    throw databaseFailure(file, error);
  }
}
