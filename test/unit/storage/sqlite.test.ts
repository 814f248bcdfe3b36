import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import { openDatabase, openDatabaseForReading, transaction } from '../../../server/src/storage/sqlite.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const first = 'CREATE TABLE numbers (value INTEGER PRIMARY KEY AUTOINCREMENT)';
const second = "CREATE TABLE names (name TEXT NOT NULL); INSERT INTO names VALUES ('one')";

async function openElsewhere(file: string, then: 'close' | 'die'): Promise<void> {
  const script = path.join(import.meta.dirname, 'sqliteOpener.ts');
  await promisify(execFile)(process.execPath, ['--no-warnings', script, file, then]).catch((error: unknown) => {
    if (then === 'close') throw error;
  });
}

/** Everything that a reader could have changed: names, bytes, times. */
function stateOf(folder: string) {
  return readdirSync(folder)
    .filter((name) => !name.endsWith('-shm'))
    .map((name) => {
      const file = path.join(folder, name);
      return [name, readFileSync(file).toString('base64'), statSync(file).mtimeMs];
    });
}

function failureOf(fn: () => unknown): Failure {
  try {
    fn();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a database', () => {
  test('is private, has a write-ahead log, waits for others and keeps foreign keys', () => {
    const folder = path.join(temporaryFolder(), 'home');
    const file = path.join(folder, 'loki.db');
    const database = openDatabase(file, [first]);
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ]);
    expect(['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'user_version'].map(pragma)).toEqual([
      'wal',
      1,
      1,
      5000,
      1,
    ]);
    database.close();
  });

  test('gets each migration once, in order', () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    openDatabase(file, [first]).close();
    openDatabase(file, [first, second]).close();
    const database = openDatabase(file, [first, second]);
    expect(database.prepare('SELECT count(*) AS rows FROM names').get()).toEqual({ rows: 1 });
    database.close();
  });

  test('is left as it was by a migration that fails', () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    openDatabase(file, [first]).close();
    expect(() => openDatabase(file, [first, `${second}; NONSENSE`])).toThrow(Failure);
    const database = openDatabase(file, [first]);
    expect(database.prepare(`SELECT name FROM sqlite_schema WHERE name = 'names'`).all()).toEqual([]);
    database.close();
  });

  test('can be created by several processes at once', async () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    await Promise.all(Array.from({ length: 4 }, async () => await openElsewhere(file, 'close')));
    const database = openDatabase(file, [first]);
    expect(database.prepare('SELECT count(*) AS rows FROM numbers').get()).toEqual({ rows: 200 });
    database.close();
  });

  test.each([
    ['a newer version', (file: string) => openDatabase(file, [first, second]).close(), 'newer version'],
    ['no database', (file: string) => writeFileSync(file, 'x'.repeat(5000)), 'damaged or no database'],
    ['a folder', (file: string) => mkdirSync(file), 'cannot be opened'],
  ])('that is %s is a failure that names the file and says what to do', (_what, make, remedy) => {
    const file = path.join(temporaryFolder(), 'loki.db');
    make(file);
    const failure = failureOf(() => openDatabase(file, [first]));
    expect([failure.code, failure.message]).toEqual(['ledger_unusable', expect.stringContaining(file)]);
    expect(failure.message).toContain(remedy);
  });

  test('below something that is no folder is a failure', () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(failureOf(() => openDatabase(path.join(file, 'loki.db'), [])).code).toBe('ledger_unusable');
    expect(openDatabaseForReading(path.join(file, 'loki.db'), [])).toBeNull();
  });

  test('whose permissions were opened is closed again to others', () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    openDatabase(file, [first]).close();
    chmodSync(file, 0o644);
    openDatabase(file, [first]).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe('reading a database', () => {
  test.each(['closed', 'in use', 'left behind by a killed process'])('that is %s changes nothing', async (state) => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'loki.db');
    await openElsewhere(file, state === 'left behind by a killed process' ? 'die' : 'close');
    const user = state === 'in use' ? openDatabase(file, [first]) : null;
    const names = readdirSync(folder);
    const before = stateOf(folder);
    const database = openDatabaseForReading(file, [first]);
    expect(database?.prepare('SELECT count(*) AS rows FROM numbers').get()).toEqual({ rows: 50 });
    expect(() => database?.exec('INSERT INTO numbers DEFAULT VALUES')).toThrow(/readonly/);
    database?.close();
    expect(stateOf(folder)).toEqual(before);
    expect(readdirSync(folder)).toEqual(names);
    user?.close();
  });

  test('that does not exist creates neither it nor its folder', () => {
    const folder = temporaryFolder();
    expect(openDatabaseForReading(path.join(folder, 'home', 'loki.db'), [first])).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that a writer died in before its first table finds nothing', () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    writeFileSync(file, '');
    expect(openDatabaseForReading(file, [first])).toBeNull();
  });

  test('of another version says what to do', () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    openDatabase(file, [first]).close();
    expect(failureOf(() => openDatabaseForReading(file, [first, second])).message).toContain('run a task once');
    expect(failureOf(() => openDatabaseForReading(file, [])).message).toContain('update Loki');
  });
});

describe('a transaction', () => {
  const open = () => openDatabase(path.join(temporaryFolder(), 'loki.db'), [first]);
  const rows = (database: ReturnType<typeof open>) => database.prepare('SELECT count(*) AS rows FROM numbers').get();

  test('keeps all of its changes and hands on its result', () => {
    const database = open();
    const result = transaction(database, () => {
      database.exec('INSERT INTO numbers DEFAULT VALUES');
      return 'done';
    });
    expect([result, rows(database)]).toEqual(['done', { rows: 1 }]);
    database.close();
  });

  test('keeps none of them when it throws, and hands on what was thrown', () => {
    const database = open();
    const failing = () =>
      transaction(database, () => {
        database.exec('INSERT INTO numbers DEFAULT VALUES');
        throw new RangeError('no');
      });
    expect(failing).toThrow(RangeError);
    expect(rows(database)).toEqual({ rows: 0 });
    database.close();
  });

  test('that meets an error of the database is a failure naming the file', () => {
    const database = open();
    const failure = failureOf(() => transaction(database, () => database.exec('INSERT INTO nowhere VALUES (1)')));
    expect([failure.code, failure.message]).toEqual(['ledger_unusable', expect.stringContaining('loki.db')]);
    database.close();
  });

  test('changes nothing once a newer version has changed the tables, and says so', () => {
    const file = path.join(temporaryFolder(), 'loki.db');
    const database = openDatabase(file, [first]);
    openDatabase(file, [first, second]).close();
    const failure = failureOf(() => transaction(database, () => database.exec('INSERT INTO numbers DEFAULT VALUES')));
    expect([failure.code, failure.message]).toEqual(['ledger_unusable', expect.stringContaining('newer version')]);
    expect([rows(database), database.isTransaction]).toEqual([{ rows: 0 }, false]);
    database.close();
  });

  test('inside another is a bug', () => {
    const database = open();
    expect(() => transaction(database, () => transaction(database, () => 1))).toThrow('inside another');
    database.close();
  });
});
