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

test('a ledger of an older version keeps its sums, and they count for groups and tokens that are limited now', () => {
  const lokiHome = aFolder();
  const file = path.join(lokiHome, 'loki.db');
  openDatabase(file, lokiMigrations.slice(0, 2)).close();
  const database = new DatabaseSync(file);
  const rates = '[{"fromInputTokens":0,"input":1,"output":1,"cacheRead":1,"cacheWrite":1}]';
  const limits = '{"maxPerTask":null,"maxPerDay":null,"maxPerMonth":null,"alertThreshold":0.8}';
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
