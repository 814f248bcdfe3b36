import { systemClock } from '../../../server/src/base/clock.ts';
import type { Reservation } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { price } from '../../../server/src/cost/price.ts';
import { aRequest, limitsOf, unitRates } from './aRequest.ts';
import { randomFrom } from './randomFrom.ts';

// A process that spends at random on a ledger it shares with others. It holds up to five reservations at a time, as
// parallel agents do, and closes them in any order: settled within the reservation, settled without usage, or released.
// After every round it prints what it has spent so far. With no rounds it reserves once, prints, and waits to be killed.
// Arguments: LOKI_HOME, a seed, the number of rounds, and the three limits.

interface Held {
  readonly reservation: Extract<Reservation, { kind: 'reserved' }>;
  readonly inputBound: number;
}

const [lokiHome = '', seed = '', rounds = '', task = '', day = '', month = ''] = process.argv.slice(2);
const limits = limitsOf({ task: Number(task), day: Number(day), month: Number(month) });
const ledger = openLedger({ lokiHome, clock: systemClock });
const random = randomFrom(Number(seed));
const open: Held[] = [];
let spent = 0;

for (let round = 0; round < Number(rounds); round += 1) {
  if (open.length < 5 && random(3) > 0) reserve();
  else closeOne();
  process.stdout.write(`${spent}\n`);
}
if (Number(rounds) > 0) {
  while (open.length > 0) closeOne();
  process.stdout.write(`${spent}\n`);
  ledger.close();
} else {
  process.stdout.write(`${ledger.reserve(aRequest({ taskId: 'task-0', limits })).kind}\n`);
  setInterval(() => undefined, 60_000);
}

function reserve(): void {
  const inputBound = 1 + random(1000);
  const wanted = { inputBound, wantedOutputTokens: 1 + random(2000), minimumOutputTokens: 1 + random(50) };
  const reservation = ledger.reserve(aRequest({ ...wanted, taskId: `task-${random(3)}`, limits }));
  if (reservation.kind === 'reserved') open.push({ reservation, inputBound });
}

function closeOne(): void {
  const [held] = open.splice(random(open.length), 1);
  if (held === undefined) return;
  const { reservationId, maxOutputTokens } = held.reservation;
  const input = 1 + random(held.inputBound);
  const usage = { input, cacheRead: random(input + 1), cacheWrite: 0, output: random(maxOutputTokens + 1) };
  const outcome = random(10);
  if (outcome === 0) ledger.release(reservationId);
  else if (outcome === 1) spent += ledger.settle(reservationId, null).amount;
  else {
    spent += price(unitRates, usage);
    ledger.settle(reservationId, usage);
  }
}
