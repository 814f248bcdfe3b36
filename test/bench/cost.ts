import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../server/src/base/clock.ts';
import { microUsd } from '../../server/src/cost/money.ts';
import { openLedger } from '../../server/src/cost/openLedger.ts';
import { openDatabase, transaction } from '../../server/src/storage/sqlite.ts';

// What counting money costs a model request, next to two bare transactions on the same disk. Prints, asserts nothing.

const rounds = 1000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-cost-'));
try {
  const bare = benchBare();
  const pair = benchLedger();
  process.stdout.write(
    `two bare transactions  p50 ${bare.p50.toFixed(3)} ms  p95 ${bare.p95.toFixed(3)} ms\n` +
      `reserve + settle       p50 ${pair.p50.toFixed(3)} ms  p95 ${pair.p95.toFixed(3)} ms  (${Math.round(1000 / pair.mean)} pairs/s)\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Timing {
  readonly p50: number;
  readonly p95: number;
  readonly mean: number;
}

function benchBare(): Timing {
  const database = openDatabase(path.join(folder, 'bare.db'), [
    'CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT)',
  ]);
  const insert = database.prepare('INSERT INTO entry (text) VALUES (?)');
  const timing = timed(() => {
    transaction(database, () => insert.run('reserve'));
    transaction(database, () => insert.run('settle'));
  });
  database.close();
  return timing;
}

function benchLedger(): Timing {
  const ledger = openLedger({ lokiHome: folder, clock: systemClock });
  const timing = timed(() => {
    const answer = ledger.reserve({
      runId: 'run-bench',
      taskId: 'task-bench',
      project: folder,
      agent: 'implementer',
      swarm: 'engineering',
      phase: 'act',
      provider: 'demo',
      model: 'claude-sonnet-4-5',
      isSimulated: true,
      rates: [{ fromInputTokens: 0, input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }],
      inputBound: 20_000,
      wantedOutputTokens: 8_000,
      minimumOutputTokens: 1024,
      limits: {
        maxPerTask: microUsd(1e12),
        maxPerDay: microUsd(1e12),
        maxPerMonth: microUsd(1e12),
        alertThreshold: 0.8,
      },
    });
    if (answer.kind === 'reserved') {
      ledger.settle(answer.reservationId, { input: 5000, cacheRead: 1000, cacheWrite: 500, output: 700 });
    }
  });
  ledger.close();
  return timing;
}

function timed(round: () => void): Timing {
  for (let warmUp = 0; warmUp < 50; warmUp += 1) round();
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    round();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), mean: times.reduce((sum, time) => sum + time, 0) / times.length };
}
