import path from 'node:path';
import { systemClock } from '../../server/src/base/clock.ts';
import { noPeriodLimits, type CostLimits } from '../../server/src/cost/limits.ts';
import type { ReservationRequest } from '../../server/src/cost/ledger.ts';
import { microUsd } from '../../server/src/cost/money.ts';
import { openLedger } from '../../server/src/cost/openLedger.ts';
import { openDatabase, transaction } from '../../server/src/storage/sqlite.ts';

export type SpenderKind = 'bare' | 'ledger';

export interface BenchSpender {
  readonly pair: () => void;
  readonly close: () => void;
}

/** What is measured: a reservation and its settlement, or two transactions of one row each. */
export function spenderOf(kind: SpenderKind, home: string): BenchSpender {
  return kind === 'bare' ? bareSpender(home) : ledgerSpender(home);
}

function bareSpender(home: string): BenchSpender {
  const database = openDatabase(path.join(home, 'bare.db'), ['CREATE TABLE entry (id INTEGER PRIMARY KEY, text TEXT)']);
  const insert = database.prepare('INSERT INTO entry (text) VALUES (?)');
  return {
    pair: () => {
      transaction(database, () => insert.run('reserve'));
      transaction(database, () => insert.run('settle'));
    },
    close: () => database.close(),
  };
}

const most = microUsd(1e12);
const limits: CostLimits = {
  maxPerTask: most,
  maxPerDay: most,
  maxPerMonth: most,
  alertThreshold: 0.8,
  groups: [],
  maxTokensPerTask: null,
  maxTokensPerDay: null,
  ceilings: noPeriodLimits,
};

function ledgerSpender(home: string): BenchSpender {
  const ledger = openLedger({ lokiHome: home, clock: systemClock });
  const request: ReservationRequest = {
    runId: 'run-bench',
    taskId: `task-${process.pid}`,
    project: home,
    agent: 'implementer',
    swarm: 'engineering',
    phase: 'act',
    provider: 'demo',
    model: 'claude-sonnet-4-5',
    person: 'os:bench',
    organisation: '',
    isSimulated: true,
    rates: [{ fromInputTokens: 0, input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }],
    inputBound: 20_000,
    wantedOutputTokens: 8_000,
    minimumOutputTokens: 1024,
    limits,
  };
  return {
    pair: () => {
      const answer = ledger.reserve(request);
      if (answer.kind !== 'reserved') throw new Error('the bench ran out of money');
      ledger.settle(answer.reservationId, { input: 5000, cacheRead: 1000, cacheWrite: 500, output: 700 });
    },
    close: () => ledger.close(),
  };
}
