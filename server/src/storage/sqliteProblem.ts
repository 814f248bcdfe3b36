import { Failure, systemErrorCode } from '../base/failure.ts';

/** The primary result code of an error of `node:sqlite`, or null when the error is none. */
export function sqliteCode(error: unknown): number | null {
  if (systemErrorCode(error) !== 'ERR_SQLITE_ERROR') return null;
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  // The low byte is the primary code; extended codes (BUSY_SNAPSHOT, IOERR_LOCK, …) add detail above it.
  return error.errcode & 0xff;
}

/** Another connection holds the lock that was asked for: SQLITE_BUSY or SQLITE_LOCKED. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 5 || code === 6;
}

/** Names the file and what to do. Only for errors of SQLite and of the file system: anything else is a bug, not a failure. */
export function databaseFailure(file: string, error: unknown): Failure {
  return new Failure('ledger_unusable', `${file} cannot be used: ${remedyFor(error)}`, { cause: error });
}

function remedyFor(error: unknown): string {
  const code = sqliteCode(error);
  switch (code) {
    case 5:
    case 6:
      return 'another process has kept it busy for too long; wait for that process or end it, then try again';
    case 8:
    case 3:
      return 'it may not be written; make the file and its folder writable for you, or set LOKI_HOME to a folder that is';
    case 10:
      return 'the disk reported an error, or its file system cannot lock files; set LOKI_HOME to a folder on a local disk';
    case 11:
    case 26:
      return 'it is damaged or no database; move it away, together with the files named -wal and -shm beside it, and try again';
    case 13:
      return 'the disk is full; free some space and try again';
    case 14:
      return 'it cannot be opened; check that it is a file you may read and write, in a folder you may write';
    default:
      return `${error instanceof Error ? error.message : String(error)}; check the file and its folder`;
  }
}
