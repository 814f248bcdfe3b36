import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { lokiMigrations } from '../../../server/src/storage/lokiDatabase.ts';
import { openDatabase } from '../../../server/src/storage/sqlite.ts';
import { aClock, aFolder } from '../cost/aLedger.ts';
import { aRequest, limitsOf, noLimits } from '../cost/aRequest.ts';
import { noPeriodLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';

const rates = '[{"fromInputTokens":0,"input":1,"output":1,"cacheRead":1,"cacheWrite":1}]';
const limits = '{"maxPerTask":null,"maxPerDay":null,"maxPerMonth":null,"alertThreshold":0.8}';

test('a ledger of an older version keeps its sums, and they count for groups and tokens that are limited now', () => {
  const lokiHome = aFolder();
  const file = path.join(lokiHome, 'loki.db');
  openDatabase(file, lokiMigrations.slice(0, 2)).close();
  const database = new DatabaseSync(file);
  const insert = database.prepare(
    `INSERT INTO cost_requests VALUES (?, 'run-1', 'task-1', '/nowhere/project', 'implementer', 'engineering', 'act',
       'anthropic', 'm', 0, '2026-03-10', '2026-03', 1, 'boot:1', '2026-03-10T10:00:00.000Z', 3000, 1000, 2000, ?, ?,
       ?, null, ?, ?, null, ?, 0, 0, ?)`,
  );
  insert.run('res-settled', rates, limits, 'settled', 700, 1, 500, 200);
  insert.run('res-unmeasured', rates, limits, 'settled', 3000, 0, null, null);
  insert.run('res-held', rates, limits, 'held', null, null, null, null);
  for (const [kind, key] of [
    ['task', 'task-1'],
    ['day', '2026-03-10'],
    ['month', '2026-03'],
  ] as const) {
    database.prepare('INSERT INTO cost_windows VALUES (?, ?, 0, 3700, 3000, null)').run(kind, key);
  }
  database.close();

  const ledger = openLedger({ lokiHome, clock: aClock() });
  expect(ledger.spentOnTask('task-1', false)).toEqual({
    spent: 3700,
    reserved: 3000,
    tokens: { input: 500, output: 200 },
  });
  const group = { kind: 'agent', name: 'implementer' } as const;
  const groups = [{ ...noPeriodLimits, maxPerMonth: microUsd(7000), group }];
  expect(ledger.reserve(aRequest({ limits: { ...noLimits, groups } }))).toMatchObject({
    kind: 'over',
    group,
    spent: 3700,
    reserved: 3000,
  });
  expect(ledger.reserve(aRequest({ limits: { ...noLimits, maxTokensPerTask: 7000 } }))).toMatchObject({
    kind: 'over_tokens',
    spent: 3700,
    reserved: 3000,
  });
  expect(ledger.reserve(aRequest({ limits: limitsOf({ day: 6700 + 2500 }) }))).toMatchObject({ amount: 2500 });
  const held = 'res-held' as Parameters<typeof ledger.settle>[0];
  expect(ledger.settle(held, { input: 10, cacheRead: 0, cacheWrite: 0, output: 10 }).amount).toBe(20);
  expect(ledger.spentOnTask('task-1', false)).toMatchObject({ spent: 3720, reserved: 2500 });
  ledger.close();
});

test('a ledger of an older version keeps what limits were raised to, for real and for simulated money', () => {
  const lokiHome = aFolder();
  const file = path.join(lokiHome, 'loki.db');
  openDatabase(file, lokiMigrations.slice(0, 4)).close();
  const database = new DatabaseSync(file);
  for (const simulated of [0, 1]) {
    database
      .prepare(
        `INSERT INTO cost_windows (kind, key, simulated, raised_to, raised_by, raised_at)
         VALUES ('day', '2026-03-10', ?, 9000, 'os:dev', '2026-03-10T10:00:00.000Z')`,
      )
      .run(simulated);
  }
  database.close();

  const ledger = openLedger({ lokiHome, clock: aClock() });
  expect(ledger.limitOf('day', null, limitsOf({ day: 2000 }))).toBe(9000);
  expect(ledger.reserve(aRequest({ limits: limitsOf({ day: 2000 }), isSimulated: true }))).toMatchObject({
    amount: 3000,
  });
  ledger.close();
});

/** A ledger of the first version, with requests of two tasks, days and kinds of money in every state, brought up to a later one. */
function anOldLedger(version: number) {
  const lokiHome = aFolder();
  const file = path.join(lokiHome, 'loki.db');
  openDatabase(file, lokiMigrations.slice(0, 1)).close();
  const database = new DatabaseSync(file);
  const insert = database.prepare(
    `INSERT INTO cost_requests VALUES (?, 'run-1', ?, '/p', 'implementer', 'engineering', 'act', 'anthropic', 'm', ?, ?,
       '2026-03', 1, 'boot:1', '2026-03-09T10:00:00.000Z', 3000, 1000, 2000, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, ?)`,
  );
  for (let index = 0; index < 24; index += 1) {
    const [task, simulated, day] = [`task-${index % 2}`, index % 4 === 3 ? 1 : 0, `2026-03-0${8 + (index % 2)}`];
    const closedAt = '2026-03-09T11:00:00.000Z';
    const ended = [
      ['held', null, null, null, null, null],
      ['settled', closedAt, 700, 1, 500, 200],
      ['settled', closedAt, 3000, 0, null, null],
      ['released', closedAt, null, null, null, null],
    ][Math.floor(index / 6)];
    insert.run(`res-${index}`, task, simulated, day, rates, limits, ...(ended ?? []));
  }
  for (const [kind, column] of [
    ['task', 'task_id'],
    ['day', 'day'],
    ['month', 'month'],
  ]) {
    database.exec(
      `INSERT INTO cost_windows SELECT '${kind}', ${column}, simulated, coalesce(sum(amount), 0),
         coalesce(sum(CASE state WHEN 'held' THEN reserved END), 0), null FROM cost_requests GROUP BY ${column}, simulated`,
    );
  }
  database.close();
  openDatabase(file, lokiMigrations.slice(0, version)).close();
  if (version >= 4) {
    const expiring = new DatabaseSync(file);
    expiring.exec(`UPDATE cost_requests SET expired_at = closed_at WHERE amount = 3000`);
    expiring.close();
  }
  return { lokiHome, file };
}

function expectKept(lokiHome: string, file: string): void {
  const ledger = openLedger({ lokiHome, clock: aClock('2026-03-09T12:00:00') });
  const real = { spent: 4 * 700 + 5 * 3000, reserved: 5 * 3000 };
  const simulated = { spent: 2 * 700 + 3000, reserved: 3000 };
  expect(ledger.spentInWindow('month', false)).toEqual(real);
  expect(ledger.spentInWindow('month', true)).toEqual(simulated);
  ledger.close();
  const database = new DatabaseSync(file, { readOnly: true });
  const sums = (query: string) => database.prepare(query).all();
  const kinds = ['day', 'month', 'task'].flatMap((kind) => [
    { kind, simulated: 0, spent: real.spent },
    { kind, simulated: 1, spent: simulated.spent },
  ]);
  for (const table of ['cost_windows', 'cost_groups'])
    expect(sums(`SELECT kind, simulated, sum(spent) AS spent FROM ${table} GROUP BY 1, 2 ORDER BY 1, 2`)).toEqual(
      kinds,
    );
  const states = [
    { state: 'released', requests: 6 },
    { state: 'settled', requests: 12 },
  ];
  expect(sums('SELECT state, count(*) AS requests FROM cost_requests GROUP BY 1 ORDER BY 1')).toEqual(states);
  database.close();
}

test.each([1, 2, 3, 4])('a ledger of version %i keeps every sum, whatever state its requests are in', (version) => {
  const { lokiHome, file } = anOldLedger(version);
  expectKept(lokiHome, file);
});

test('a ledger whose migration was stopped in the middle is as it was, and comes up to date the next time', () => {
  const { lokiHome, file } = anOldLedger(3);
  expect(() => openDatabase(file, [...lokiMigrations, 'NONSENSE'])).toThrow('cannot be used');
  const database = new DatabaseSync(file, { readOnly: true });
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
  database.close();
  expectKept(lokiHome, file);
});
