import * as z from 'zod';
import type { Raise, Reservation } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import type { Rates } from '../../../server/src/cost/rates.ts';
import { aRequest } from './aRequest.ts';
import { limitsFor } from './limitsFor.ts';
import { randomFrom } from './randomFrom.ts';

// A process that sends requests to a counting server as runs do: several agents at once, every attempt with a reservation
// of its own, retried where nothing was owed, cancelled at times, at prices that change, under limits of all kinds that
// people raise meanwhile. Its rounds take five days, over the end of a month, and its clock is set back and forth. Now and
// then it kills itself between reserving and settling. Prints a character for each round.
// Arguments: LOKI_HOME, the server, a seed, the number of rounds, how many those of all processes are together, the
// part of them that is its own, the odds of dying.

const [lokiHome = '', url = '', ...numbers] = process.argv.slice(2);
const [seed = 0, rounds = 0, allRounds = 0, ownRounds = 0, oddsOfDying = 0] = numbers.map(Number);
const limits = limitsFor(allRounds);
const random = randomFrom(seed);
let left = rounds;
const dayMs = 86_400_000;
let setBy = 0;
const now = () => new Date(Date.parse('2026-01-29T12:00:00') + 5 * dayMs * (1 - left / ownRounds) + setBy);
const ledger = openLedger({ lokiHome, clock: { now, elapsedMs: () => performance.now() } });
const agents = 3;
const answered = z.object({
  usage: z.object({ input: z.int(), cacheRead: z.int(), cacheWrite: z.int(), output: z.int() }).optional(),
});

ledger.expireDead();
await Promise.all(Array.from({ length: agents }, (_, index) => work(`agent-${index}`)));
ledger.close();

async function work(name: string): Promise<void> {
  while (left > 0) {
    left -= 1;
    if (random(10) === 0) setBy = (random(3) - 1) * dayMs;
    if (random(15) === 0) raiseOne(name);
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

/** A person decides that one of the limits may be up to twice as high. */
function raiseOne(agent: string): void {
  const more = (limit: number | null) => Math.ceil((limit ?? 0) * (1 + random(100) / 100));
  const person = 'os:dev';
  const task = { window: 'task', taskId: `task-${random(40)}`, person } as const;
  const day = { window: 'day', taskId: null, person } as const;
  const [group] = limits.groups;
  const raises: readonly Raise[] = [
    { ...task, to: more(limits.maxPerTask) },
    { ...task, unit: 'tokens', to: more(limits.maxTokensPerTask) },
    { ...day, to: more(limits.maxPerDay) },
    { ...day, window: 'month', to: more(limits.maxPerMonth) },
    { ...day, unit: 'tokens', to: more(limits.maxTokensPerDay) },
    { ...day, group: { kind: 'agent', name: agent }, to: more(group?.maxPerDay ?? null) },
  ];
  const raise = raises[random(raises.length)];
  if (raise !== undefined) ledger.raise(raise);
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
