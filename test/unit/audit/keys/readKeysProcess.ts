import { openSigningKeys } from '../../../../server/src/audit/keys/openSigningKeys.ts';
import { systemClock } from '../../../../server/src/base/clock.ts';

// A process of its own that asks for the keys, which it may have to make, and prints the newest.

const [, , lokiHome = ''] = process.argv;
const reading = await openSigningKeys({ lokiHome, vault: null, clock: systemClock }).read();
process.stdout.write(`${reading.kind === 'keys' ? reading.keys[0].publicKey.toString('hex') : reading.why}\n`);
