import { openHeads } from '../../../server/src/audit/heads/openHeads.ts';
import { openSigningKeys } from '../../../server/src/audit/keys/openSigningKeys.ts';
import { systemClock } from '../../../server/src/base/clock.ts';
import { openLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';

// A process of its own for the writer's tests. Prints the sequence number of each entry once it is acknowledged.
// With a number it appends so many and ends; with 0 it goes on until it is killed. With a home it signs and remembers
// heads, and its segments are small.

const [, , folder = '', count = '0', lokiHome] = process.argv;
const log = openLog(
  folder,
  lokiHome === undefined
    ? {}
    : {
        keys: openSigningKeys({ lokiHome, vault: null, clock: systemClock }),
        openHeads: (place) => openHeads({ lokiHome, folder: place, clock: systemClock }),
        limits: { segmentBytes: 200_000 },
      },
);
const total = Number(count) === 0 ? Number.POSITIVE_INFINITY : Number(count);
let next = 0;

async function appendOneByOne(): Promise<void> {
  while (next < total) {
    const entry = await log.append(
      aRecord((next += 1), {
        who: `process ${process.pid}`,
        what: next % 50 === 0 ? 'approval' : 'file_write',
        why: 'x'.repeat((next * 997) % (lokiHome === undefined ? 20_000 : 2000)),
      }),
    );
    process.stdout.write(`${entry.seq}\n`);
  }
}

await Promise.all(Array.from({ length: 4 }, appendOneByOne));
await log.close();
