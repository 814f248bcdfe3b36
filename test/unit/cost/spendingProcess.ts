import { systemClock } from '../../../server/src/base/clock.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { price } from '../../../server/src/cost/price.ts';
import { aRequest, limitsOf, unitRates } from './aRequest.ts';

// A process that spends at random on a ledger it shares with others: reserves, then settles within the reservation,
// settles without usage, or releases. After every round it prints what it has spent so far.
// With no rounds it reserves once, prints, and waits to be killed.
// Arguments: LOKI_HOME, a seed, the number of rounds, and the three limits.

const [lokiHome = '', seed = '', rounds = '', task = '', day = '', month = ''] = process.argv.slice(2);
const limits = limitsOf({ task: Number(task), day: Number(day), month: Number(month) });
const ledger = openLedger({ lokiHome, clock: systemClock });
const random = randomFrom(Number(seed));
let spent = 0;

for (let round = 0; round < Number(rounds); round += 1) {
  const inputBound = 1 + random(1000);
  const taskId = `task-${random(3)}`;
  const wanted = { inputBound, wantedOutputTokens: 1 + random(2000), minimumOutputTokens: 1 + random(50) };
  const answer = ledger.reserve(aRequest({ ...wanted, taskId, limits }));
  if (answer.kind === 'reserved') {
    const outcome = random(10);
    const input = 1 + random(inputBound);
    const usage = { input, cacheRead: random(input + 1), cacheWrite: 0, output: random(answer.maxOutputTokens + 1) };
    if (outcome === 0) ledger.release(answer.reservationId);
    else if (outcome === 1) spent += ledger.settle(answer.reservationId, null).amount;
    else {
      spent += price(unitRates, usage);
      ledger.settle(answer.reservationId, usage);
    }
  }
  process.stdout.write(`${spent}\n`);
}
if (Number(rounds) > 0) ledger.close();
else reserveAndWait();

function reserveAndWait(): void {
  process.stdout.write(`${ledger.reserve(aRequest({ taskId: 'task-0', limits })).kind}\n`);
  setInterval(() => undefined, 60_000);
}

/** Whole numbers below a bound, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
