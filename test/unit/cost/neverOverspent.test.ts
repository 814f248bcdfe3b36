import { spawn } from 'node:child_process';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../../server/src/base/clock.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { aFolder } from './aLedger.ts';
import { countingServer } from './countingServer.ts';
import { randomFrom } from './randomFrom.ts';

// The promise of the ledger as a whole: whatever processes do to each other and to themselves, the money that a provider
// counts never passes a limit. LOKI_COST_ROUNDS sets how many requests are made, LOKI_COST_SEED by which chance.

const program = fileURLToPath(new URL('./sendingProcess.ts', import.meta.url));
const processes = 3;
const rounds = Number(process.env['LOKI_COST_ROUNDS'] ?? 120);
const seed = Number(process.env['LOKI_COST_SEED'] ?? Date.now() % 1_000_000);

/** One process, started again with what is left of its rounds whenever it has killed itself. Answers how often it died. */
async function runToTheEnd(args: (seed: number, rounds: number) => readonly (string | number)[], first: number) {
  let left = Math.ceil(rounds / processes);
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
    // About as much as the rounds would like to spend altogether, so that every limit is met at some time.
    const limits = { task: rounds * 500, agent: rounds * 5000, day: rounds * 12_000 };
    const args = (next: number, left: number) => [
      lokiHome,
      server.url,
      next,
      left,
      limits.task,
      limits.agent,
      limits.day,
      Math.max(30, Math.ceil(rounds / 20)),
    ];
    const deaths = await Promise.all(
      Array.from({ length: processes }, (_, index) => runToTheEnd(args, seed + index * 7919)),
    );
    if (rounds >= 1000) expect(deaths.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);

    const ledger = openLedger({ lokiHome, clock: systemClock });
    ledger.expireDead();
    const { spent, reserved } = ledger.spentInWindow('month', false);
    ledger.close();
    if (process.platform === 'linux') expect(reserved).toBe(0);
    for (const [key, sum] of server.sums) {
      const limit = key === 'all' ? limits.day : key.startsWith('task') ? limits.task : limits.agent;
      expect(sum, key).toBeLessThanOrEqual(limit);
    }
    const rows = readRequests(lokiHome);
    for (const { id, state, amount, measured } of rows) {
      const owed = server.owed.get(id) ?? 0;
      if (measured === 1) expect(amount, id).toBe(owed);
      else if (state === 'settled') expect(amount, id).toBeGreaterThanOrEqual(owed);
      else expect(owed, id).toBe(0);
    }
    expect(rows.some(({ measured }) => measured === 1)).toBe(true);
    expect(rows.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBe(spent);
    expect(spent).toBeGreaterThanOrEqual(server.sums.get('all') ?? 0);
  },
);

const row = z.object({
  id: z.string(),
  state: z.string(),
  amount: z.int().nullable(),
  measured: z.int().nullable(),
});

function readRequests(lokiHome: string): readonly z.infer<typeof row>[] {
  const database = new DatabaseSync(path.join(lokiHome, 'loki.db'), { readOnly: true });
  const rows = database
    .prepare('SELECT reservation_id AS id, state, amount, measured FROM cost_requests')
    .all()
    .map((found) => row.parse(found));
  database.close();
  return rows;
}
