import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { invariant } from '../base/invariant.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { databaseFailure, isBusy, sqliteCode } from './sqliteProblem.ts';

// Opens SQLite files: one door for writers, which creates and migrates, and one for readers, which never writes anything.
// Called by what keeps state of the user (the ledger). Every way it can go wrong is a `Failure` `ledger_unusable`.

export type Database = DatabaseSync;

const busyTimeoutMs = 5000;

/**
 * SQLite waits in ever longer pauses and lets nobody queue: where several processes write without a break, one can be
 * passed over until it gives up. Who wants to write asks a few times before that counts as a failure.
 */
const mostAttempts = 4;

/** After so many commits a process brings the write-ahead log back into the database. */
const commitsPerLog = 2000;

/**
 * Opens a database for reading and writing, creating it where it is missing (0600, in a folder 0700), and brings its
 * tables up to date: migration number n is applied once, when `user_version` is below n, each in a transaction.
 */
export function openDatabase(file: string, migrations: readonly string[]): Database {
  return naming(file, () => {
    makeFolder(path.dirname(file));
    createPrivately(file);
    const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    try {
      // Of a new file. A step changes few rows here and there, and writes and syncs each page that it touches.
      database.exec('PRAGMA page_size = 2048');
      // Only a net: `transaction` empties the log itself (`emptyLog`).
      database.exec('PRAGMA wal_autocheckpoint = 60000');
      database.exec(`PRAGMA synchronous = ${enterWal(database) ? 'NORMAL' : 'FULL'}`);
      migrate(database, file, migrations);
      opened.set(database, migrations.length);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Opens a database for a command that only reads; null where there is none yet. Nothing on disk is created or changed,
 * and a statement that tries to is refused. `migrations` are the ones a writer would apply, of which the reader needs
 * only the first `needed`.
 */
export function openDatabaseForReading(
  file: string,
  migrations: readonly string[],
  needed = migrations.length,
): Database | null {
  return naming(file, () => {
    if (!isThere(file) || statSync(file).size === 0) return null;
    const database = new DatabaseSync(readOnlyLocation(file), { readOnly: true, timeout: busyTimeoutMs });
    try {
      const version = versionOf(database);
      if (version > migrations.length) throw tooNew(file);
      if (version >= needed) return database;
      database.close();
      // A writer died between creating the file and its first table: there is nothing to read yet.
      if (version === 0) return null;
    } catch (error) {
      if (database.isOpen) database.close();
      throw error;
    }
    throw new Failure(
      'ledger_unusable',
      `${file} was written by an older version of Loki; run a task once to bring it up to date, then try again`,
    );
  });
}

/**
 * Runs `fn` as one step that no other process can come between: all of its changes are kept, or, when it throws, none.
 * `fn` must not wait for anything.
 */
export function transaction<T>(database: Database, fn: () => T): T {
  invariant(!database.isTransaction, 'a transaction was started inside another');
  return naming(database.location() ?? 'the database', () => {
    const steps = stepsOf(database);
    begin(steps);
    let result: T;
    try {
      // A newer version may have changed the tables since. What it keeps there, this one would not heed.
      if (readVersion(steps.version) > (opened.get(database) ?? Infinity)) throw tooNew(database.location() ?? '');
      result = fn();
      invariant(!(result instanceof Promise), 'a transaction must not wait');
      steps.commit.run();
    } catch (error) {
      // SQLite has rolled back by itself after some errors (a full disk); a second ROLLBACK would hide them.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    steps.commits += 1;
    if (steps.commits % commitsPerLog === 0) emptyLog(database);
    return result;
  });
}

/** Runs `fn`, which only reads, on one state of the database: what others commit meanwhile is not seen, not even in part. */
export function snapshot<T>(database: Database, fn: () => T): T {
  invariant(!database.isTransaction, 'a snapshot was taken inside a transaction');
  database.exec('BEGIN');
  try {
    return fn();
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

/** The statements of transactions, prepared once, and how many there were. */
interface Steps {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly version: StatementSync;
  commits: number;
}

/** The versions that databases were opened at. */
const opened = new WeakMap<Database, number>();

const stepsByDatabase = new WeakMap<Database, Steps>();

function stepsOf(database: Database): Steps {
  const known = stepsByDatabase.get(database);
  if (known !== undefined) return known;
  const steps = {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    version: database.prepare('PRAGMA user_version'),
    commits: 0,
  };
  stepsByDatabase.set(database, steps);
  return steps;
}

function begin(steps: Steps): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      steps.begin.run();
      return;
    } catch (error) {
      if (!isBusy(error) || attempt >= mostAttempts) throw error;
    }
  }
}

/**
 * Brings the log back into the database. Left to itself, SQLite starts the log anew only after a commit behind which
 * nobody has written yet. While several processes write there is none: the log grows, and every commit tries in vain,
 * with a sync of the disk each time. This keeps the others waiting for a moment, once for many commits.
 */
function emptyLog(database: Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(RESTART)');
  } catch (error) {
    // What was committed stays so; a disk that is full or broken is met by the next one who writes.
    if (sqliteCode(error) === null) throw error;
  }
}

/** An existing file must not be opened here: closing it would drop the locks that SQLite holds on it in this process. */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/**
 * Switches to the write-ahead log; false where the file system cannot do it. SQLite does not wait by itself when two
 * processes switch a new file at the same moment, so this does.
 */
function enterWal(database: Database): boolean {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'] === 'wal';
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function migrate(database: Database, file: string, migrations: readonly string[]): void {
  if (versionOf(database) === migrations.length) return;
  transaction(database, () => {
    // Read again under the lock: another process may have migrated in between.
    const version = versionOf(database);
    if (version > migrations.length) throw tooNew(file);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function versionOf(database: Database): number {
  return readVersion(database.prepare('PRAGMA user_version'));
}

function readVersion(statement: StatementSync): number {
  const version = statement.get()?.['user_version'];
  invariant(typeof version === 'number', 'user_version is a number');
  return version;
}

function tooNew(file: string): Failure {
  return new Failure('ledger_unusable', `${file} was written by a newer version of Loki; update Loki and try again`);
}

/**
 * A reader of a write-ahead log creates the `-shm` file where it is missing, even when it opened read-only. It is missing
 * only while nobody has the database open, and then all content is in the main file, which can be read as immutable.
 */
function readOnlyLocation(file: string): string | URL {
  if (isThere(`${file}-shm`) || isThere(`${file}-wal`)) return file;
  const location = pathToFileURL(file);
  location.searchParams.set('immutable', '1');
  return location;
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function naming<T>(file: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    const isOfTheWorld = sqliteCode(error) !== null || (error instanceof Error && 'syscall' in error);
    throw isOfTheWorld ? databaseFailure(file, error) : error;
  }
}
