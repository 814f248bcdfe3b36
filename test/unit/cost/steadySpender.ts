import { systemClock } from '../../../server/src/base/clock.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { aRequest } from './aRequest.ts';

// A process that spends what it reserves, whole, over and over: spent and reserved together only ever grow.
// Arguments: LOKI_HOME, the number of requests.

const [lokiHome = '', requests = ''] = process.argv.slice(2);
const ledger = openLedger({ lokiHome, clock: systemClock });
for (let left = Number(requests); left > 0; left -= 1) {
  const reservation = ledger.reserve(aRequest());
  if (reservation.kind === 'reserved') ledger.settle(reservation.reservationId, null);
}
ledger.close();
