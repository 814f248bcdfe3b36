import { closeSync, lstatSync, openSync, type Stats } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { isBusy } from './sqliteProblem.ts';

// A lock between processes, and between parts of one process: an empty SQLite file on which `BEGIN IMMEDIATE` is held.
// Nothing is ever written to it, and the operating system lets go of it when its holder dies, however it dies.

/** Held until `release`, which may be called more than once, or until the process ends. */
export interface Lock {
  release(): void;
}

/** Takes the lock, or answers null at once when somebody holds it. Creates the file where it is missing. */
export function tryLock(file: string): Lock | null {
  let database: DatabaseSync | null = null;
  try {
    const before = lockFile(file);
    database = openLockFile(file);
    // Whoever removed the file left its holder with a lock that protects nothing: a new file is a new lock.
    if (begin(database) && isSameFile(before, lockFile(file))) return heldBy(database);
    database.close();
    return null;
  } catch (error) {
    if (database?.isOpen) database.close();
    if (error instanceof Failure) throw error;
    throw unusable(file, error);
  }
}

/** Whether somebody holds the lock right now. Creates nothing: where there is no file, nobody holds it. */
export function isLocked(file: string): boolean {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return false;
  const lock = tryLock(file);
  lock?.release();
  return lock === null;
}

/** A lock that is taken again and again: its file stays open in between, which makes taking it many times cheaper. */
export interface ReusableLock {
  /** As `tryLock`. */
  tryTake(): Lock | null;
  /** As `acquireLock`. */
  acquire(options: WaitOptions, signal?: AbortSignal): Promise<Lock | null>;
  /** Lets go of the file, and of the lock where it is held. It may be taken again all the same. */
  close(): void;
}

export interface WaitOptions {
  readonly waitMs: number;
}

export function reusableLock(file: string): ReusableLock {
  let open: { readonly database: DatabaseSync; readonly found: Stats } | null = null;
  const tryTake = (): Lock | null => {
    try {
      const before = lockFile(file);
      // Whoever removed the file left a lock that protects nothing: a new file is a new lock.
      if (open !== null && !isSameFile(open.found, before)) close();
      open ??= { database: openLockFile(file), found: before };
      const { database, found } = open;
      if (!begin(database)) return null;
      if (isSameFile(found, lockFile(file))) return { release: () => rollBack(database) };
      close();
      return null;
    } catch (error) {
      close();
      throw error instanceof Failure ? error : unusable(file, error);
    }
  };
  return { tryTake, acquire: async (options, signal) => await taken(tryTake, options, signal), close };

  function close(): void {
    if (open?.database.isOpen === true) open.database.close();
    open = null;
  }
}

function rollBack(database: DatabaseSync): void {
  if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
}

/** Waits up to `waitMs` for the lock; null when somebody held it all that time. Rejects with the reason of an abort. */
export async function acquireLock(file: string, options: WaitOptions, signal?: AbortSignal): Promise<Lock | null> {
  return await taken(() => tryLock(file), options, signal);
}

async function taken(
  tryTake: () => Lock | null,
  options: WaitOptions,
  signal: AbortSignal | undefined,
): Promise<Lock | null> {
  const deadline = performance.now() + options.waitMs;
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    const lock = tryTake();
    if (lock !== null) return lock;
    if (performance.now() >= deadline) return null;
    // Jitter keeps waiters out of step, so that none of them loses every time.
    const pauseMs = 1 + Math.random() * Math.min(2 + attempt / 8, 5);
    await wait(Math.min(pauseMs, Math.max(1, deadline - performance.now())), undefined, signal ? { signal } : {});
  }
}

// Keeps what is held reachable: a holder that drops its `Lock` would otherwise lose it to the garbage collector.
const held = new Set<DatabaseSync>();

function heldBy(database: DatabaseSync): Lock {
  held.add(database);
  return {
    release: () => {
      // Closing rolls back what is open, and nothing was written.
      if (held.delete(database)) database.close();
    },
  };
}

function openLockFile(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: 0 });
}

function begin(database: DatabaseSync): boolean {
  try {
    // In memory: otherwise SQLite puts an empty journal beside the file, which a killed holder would leave behind.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/**
 * Makes sure of an empty file of our own. A repository may have brought a link, or a database with a journal that SQLite
 * would replay: neither is followed nor opened. An existing file must not be opened here either, because closing it
 * would drop the locks that SQLite holds on it in this process.
 */
function lockFile(file: string): Stats {
  const found = lstatSync(file, { throwIfNoEntry: false }) ?? createLockFile(file);
  if (!found.isFile() || found.size !== 0)
    throw notALock(file, 'it is not an empty file, so it is not a lock file of Loki; remove it');
  return found;
}

function createLockFile(file: string): Stats {
  makeFolder(path.dirname(file));
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
  return lstatSync(file);
}

function isSameFile(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

function unusable(file: string, error: unknown): Failure {
  return notALock(file, error instanceof Error ? error.message : String(error), error);
}

function notALock(file: string, why: string, cause?: unknown): Failure {
  return new Failure(
    'disk_unwritable',
    `the lock file ${file} cannot be used (${why}); its folder must be writable and on a disk that can lock files`,
    { cause },
  );
}
