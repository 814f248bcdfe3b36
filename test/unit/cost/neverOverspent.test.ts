import { spawn } from 'node:child_process';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../../server/src/base/clock.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { aFolder } from './aLedger.ts';
import { countingServer, type CountingServer } from './countingServer.ts';
import { limitsFor } from './limitsFor.ts';
import { randomFrom } from './randomFrom.ts';

// The promise of the ledger as a whole: whatever processes do to each other and to themselves, the money that a provider
// counts never passes a limit. LOKI_COST_ROUNDS sets how many requests are made, LOKI_COST_SEED by which chance.

const program = fileURLToPath(new URL('./sendingProcess.ts', import.meta.url));
const processes = 3;
const rounds = Number(process.env['LOKI_COST_ROUNDS'] ?? 120);
const ownRounds = Math.ceil(rounds / processes);
const seed = Number(process.env['LOKI_COST_SEED'] ?? Date.now() % 1_000_000);

/** One process, started again with what is left of its rounds whenever it has killed itself. Answers how often it died. */
async function runToTheEnd(args: (seed: number, rounds: number) => readonly (string | number)[], first: number) {
  let left = ownRounds;
  let deaths = 0;
  for (let start = 0; left > 0; start += 1) {
    const child = spawn(process.execPath, [program, ...args(first + 1000 * start, left).map(String)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let problems = '';
    child.stdout.on('data', (chunk: Buffer) => {
      left -= chunk.length;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      problems += chunk.toString();
    });
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.on('close', (...ended) => resolve(ended));
    });
    if (signal === null) {
      expect(code, problems).toBe(0);
      return deaths;
    }
    deaths += 1;
    // A round that died has happened, too.
    left -= 1;
  }
  return deaths;
}

test(
  `money sent never passes a limit, and the ledger agrees with the provider (seed ${seed})`,
  { timeout: 60_000 + rounds * 200 },
  async () => {
    const server = await countingServer(randomFrom(seed));
    onTestFinished(async () => await server.close());
    const lokiHome = aFolder();
    const oddsOfDying = Math.max(30, Math.ceil(rounds / 20));
    const args = (next: number, left: number) => [lokiHome, server.url, next, left, rounds, ownRounds, oddsOfDying];
    const deaths = await Promise.all(
      Array.from({ length: processes }, (_, index) => runToTheEnd(args, seed + index * 7919)),
    );
    if (rounds >= 1000) expect(deaths.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);

    const ledger = openLedger({ lokiHome, clock: systemClock });
    ledger.expireDead();
    ledger.close();
    const database = new DatabaseSync(path.join(lokiHome, 'loki.db'), { readOnly: true });
    onTestFinished(() => database.close());
    const rows = readRows(database);
    if (process.platform === 'linux') expect(rows.filter(({ state }) => state === 'held')).toEqual([]);
    expectWithinLimits(database, rows, server);
    expectSums(database, rows);
    for (const { id, state, amount, measured } of rows) {
      const owed = server.owed.get(id) ?? 0;
      if (measured === 1) expect(amount, id).toBe(owed);
      else if (state === 'settled') expect(amount, id).toBeGreaterThanOrEqual(owed);
      else if (state === 'released') expect(owed, id).toBe(0);
    }
    expect(rows.some(({ measured }) => measured === 1)).toBe(true);
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining([...server.owed.keys()]));
  },
);

const row = z.object({
  id: z.string(),
  task: z.string(),
  day: z.string(),
  month: z.string(),
  agent: z.string(),
  state: z.string(),
  amount: z.int().nullable(),
  tokens: z.int(),
  measured: z.int().nullable(),
});
type Row = z.infer<typeof row>;

function readRows(database: DatabaseSync): readonly Row[] {
  const columns = `reservation_id AS id, task_id AS task, day, month, agent`;
  return database
    .prepare(
      `SELECT ${columns}, state, amount, measured, CASE state WHEN 'settled' THEN
         coalesce(input_tokens, input_bound) + coalesce(output_tokens, max_output_tokens) ELSE 0 END AS tokens
       FROM cost_requests UNION ALL SELECT ${columns}, 'held', null, null, 0 FROM cost_holds`,
    )
    .all()
    .map((found) => row.parse(found));
}

/** By the provider's count, in every window and group: up to the limit, or what people have raised it to. */
function expectWithinLimits(database: DatabaseSync, rows: readonly Row[], { owed, tokens }: CountingServer): void {
  const limits = limitsFor(rounds);
  const raises = database.prepare('SELECT raised_to FROM cost_raises WHERE unit = ? AND key = ? AND group_name = ?');
  const raised = (found: unknown) => raisedRow.parse(found ?? { raised_to: null }).raised_to ?? 0;
  const check = (what: string, count: ReadonlyMap<string, number>, keyOf: (row: Row) => string, limitAt: LimitAt) => {
    for (const [key, sum] of sumsBy(rows, keyOf, ({ id }) => count.get(id) ?? 0))
      expect(sum, `${what} ${key}`).toBeLessThanOrEqual(limitAt(key));
  };
  const money = (limit: number | null) => (key: string) => Math.max(limit ?? 0, raised(raises.get('usd', key, '')));
  const ofTokens = (limit: number | null) => (key: string) =>
    Math.max(limit ?? 0, raised(raises.get('tokens', key, '')));
  const [each, provider] = limits.groups;
  check('task', owed, ({ task }) => task, money(limits.maxPerTask));
  check('day', owed, ({ day }) => day, money(limits.maxPerDay));
  check('month', owed, ({ month }) => month, money(limits.maxPerMonth));
  check(
    'provider',
    owed,
    ({ month }) => month,
    () => provider?.maxPerMonth ?? 0,
  );
  check('tokens', tokens, ({ task }) => task, ofTokens(limits.maxTokensPerTask));
  check('tokens', tokens, ({ day }) => day, ofTokens(limits.maxTokensPerDay));
  const ofAgent = (key: string) => raised(raises.get('usd', key.slice(0, 10), key.slice(11)));
  check(
    'agent',
    owed,
    ({ day, agent }) => `${day} ${agent}`,
    (key) => Math.max(each?.maxPerDay ?? 0, ofAgent(key)),
  );
}

type LimitAt = (key: string) => number;
const raisedRow = z.object({ raised_to: z.int().nullable() });
const sumRow = z.object({ key: z.string(), spent: z.int() });

/** The sums that are kept are those of the requests. */
function expectSums(database: DatabaseSync, rows: readonly Row[]): void {
  const kept = (query: string) =>
    new Map(
      database
        .prepare(query)
        .all()
        .map((found) => sumRow.parse(found))
        .filter(({ spent }) => spent > 0)
        .map(({ key, spent }) => [key, spent]),
    );
  const spent = ({ amount }: Row) => amount ?? 0;
  for (const kind of ['task', 'day', 'month'] as const) {
    const where = `WHERE kind = '${kind}'`;
    const sums = sumsBy(rows, (one) => one[kind], spent);
    expect(kept(`SELECT key, spent FROM cost_windows ${where} AND simulated = 0`)).toEqual(sums);
    expect(kept(`SELECT key, sum(spent) AS spent FROM cost_groups ${where} GROUP BY key`)).toEqual(sums);
    const tokens = sumsBy(
      rows,
      (one) => one[kind],
      (one) => one.tokens,
    );
    expect(kept(`SELECT key, tokens_spent AS spent FROM cost_windows ${where} AND simulated = 0`)).toEqual(tokens);
  }
  const byAgent = kept(`SELECT key || agent AS key, spent FROM cost_groups WHERE kind = 'day'`);
  expect(byAgent).toEqual(sumsBy(rows, ({ day, agent }) => `${day}${agent}`, spent));
}

function sumsBy(rows: readonly Row[], keyOf: (row: Row) => string, amountOf: (row: Row) => number) {
  const sums = new Map<string, number>();
  for (const one of rows) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0) + amountOf(one));
  return new Map([...sums].filter(([, sum]) => sum > 0));
}
