import { openLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';

// A process of its own for the writer's tests. Prints the sequence number of each entry once it is acknowledged.
// With a number it appends so many and ends; without, it goes on until it is killed.

const [folder = '', count] = process.argv.slice(2);
const log = openLog(folder);
const total = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
let next = 0;

async function appendOneByOne(): Promise<void> {
  while (next < total) {
    const entry = await log.append(
      aRecord((next += 1), { who: `process ${process.pid}`, why: 'x'.repeat((next * 997) % 20_000) }),
    );
    process.stdout.write(`${entry.seq}\n`);
  }
}

await Promise.all(Array.from({ length: 4 }, appendOneByOne));
await log.close();
