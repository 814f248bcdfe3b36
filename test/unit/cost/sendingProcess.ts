import * as z from 'zod';
import { systemClock } from '../../../server/src/base/clock.ts';
import type { Reservation } from '../../../server/src/cost/ledger.ts';
import { noPeriodLimits, type CostLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import type { Rates } from '../../../server/src/cost/rates.ts';
import { aRequest, limitsOf } from './aRequest.ts';
import { randomFrom } from './randomFrom.ts';

// A process that sends requests to a counting server as runs do: several agents at once, every attempt with a reservation
// of its own, retried where nothing was owed, cancelled at times, at prices that change. Now and then it kills itself
// between reserving and settling. Prints a character for each round.
// Arguments: LOKI_HOME, the server, a seed, the number of rounds, limits of a task, an agent and a day, the odds of dying.

const [lokiHome = '', url = '', ...numbers] = process.argv.slice(2);
const [seed = 0, rounds = 0, task = 0, agent = 0, day = 0, oddsOfDying = 0] = numbers.map(Number);
const limits: CostLimits = {
  ...limitsOf({ task, day }),
  groups: [{ ...noPeriodLimits, maxPerDay: microUsd(agent), group: { kind: 'agent', name: '*' } }],
};
const ledger = openLedger({ lokiHome, clock: systemClock });
const random = randomFrom(seed);
const agents = 3;
const answered = z.object({
  usage: z.object({ input: z.int(), cacheRead: z.int(), cacheWrite: z.int(), output: z.int() }).optional(),
});
let left = rounds;

ledger.expireDead();
await Promise.all(Array.from({ length: agents }, (_, index) => work(`agent-${index}`)));
ledger.close();

async function work(name: string): Promise<void> {
  while (left > 0) {
    left -= 1;
    await round(name);
    process.stdout.write('.');
  }
}

async function round(name: string): Promise<void> {
  const request = {
    taskId: `task-${random(40)}`,
    agent: name,
    rates: ratesNow(),
    inputBound: 1 + random(1000),
    wantedOutputTokens: 1 + random(2000),
    minimumOutputTokens: 1 + random(50),
  };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const reservation = ledger.reserve(aRequest({ ...request, limits }));
    if (reservation.kind !== 'reserved') return;
    mayDie();
    const answer = await send({ ...request, ...reservation });
    mayDie();
    if (answer !== 'unbilled') {
      ledger.settle(reservation.reservationId, answer);
      return;
    }
    ledger.release(reservation.reservationId);
  }
}

/** What came back: usage, null where none did, or that nothing is owed. */
async function send(body: Extract<Reservation, { kind: 'reserved' }> & object) {
  // A stalled answer is given up; some requests are cancelled right away.
  const signal = AbortSignal.timeout(random(30) === 0 ? 1 : 1000);
  try {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal });
    if (response.status === 429) {
      await response.body?.cancel();
      return 'unbilled' as const;
    }
    return answered.parse(await response.json()).usage ?? null;
  } catch {
    return null;
  }
}

/** Prices change from request to request, also to ones that no binary number meets. */
function ratesNow(): Rates {
  const base = [0.1, 1, 3, 0.37, 15][random(5)] ?? 1;
  const tier = { input: base, output: base * 5, cacheRead: base / 10, cacheWrite: base * 1.25 };
  return [
    { fromInputTokens: 0, ...tier },
    { fromInputTokens: 500, ...tier, input: base * 2 },
  ];
}

function mayDie(): void {
  if (oddsOfDying > 0 && random(oddsOfDying) === 0) process.kill(process.pid, 'SIGKILL');
}
