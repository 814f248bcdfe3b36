import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { indexMissing } from '../../../server/src/audit/query/buildIndex.ts';
import type { EntryFilter } from '../../../server/src/audit/query/entryFilter.ts';
import { readEntries, readLastRecorded, type ReadEntriesOptions } from '../../../server/src/audit/query/query.ts';
import { median, row } from '../measure.ts';
import { entriesPerTask, someTask } from './millionEntries.ts';

const rounds = 15;

/** What finding entries costs in a log of a million, which lies in `folder`. Prints, asserts nothing. */
export async function benchQuery(folder: string): Promise<void> {
  row('query: without indexes', '');
  await timed('a task of 50 entries', folder, { task: someTask }, {}, 1);
  const startedMs = performance.now();
  const built = await indexMissing(folder);
  row('building the indexes, beside the log', seconds(performance.now() - startedMs), `${built} segments`);
  row(
    'their size',
    `${(sizeOf(folder, '.index') / 2 ** 20).toFixed(1)} MiB`,
    `log ${(sizeOf(folder, '.jsonl') / 2 ** 20).toFixed(0)} MiB`,
  );
  row('query: with indexes', '');
  await timed('a task of 50 entries', folder, { task: someTask }, {}, rounds, `bar 50 ms, ${entriesPerTask} entries`);
  await timed('a task that there never was', folder, { task: 'task-none' }, {}, rounds);
  await timed(
    'one hour, first 100',
    folder,
    { fromMs: 1_767_400_000_000, toMs: 1_767_403_600_000 },
    { limit: 100 },
    rounds,
  );
  await timed('the latest 100 refusals', folder, { decision: 'DENY' }, { order: 'newest', limit: 100 }, rounds);
  await timed('a page of 100 behind a cursor', folder, {}, { cursor: 654_321, limit: 100 }, rounds);
  await timed('a text that nothing has', folder, { text: 'a needle in the log' }, {}, 1);
  const last = await measure(async () => {
    for await (const _ of readLastRecorded(folder, {}, 50));
  });
  row('  the last 50', milliseconds(last));
}

async function timed(
  what: string,
  folder: string,
  filter: EntryFilter,
  options: ReadEntriesOptions,
  times: number,
  beside = '',
): Promise<void> {
  const all: number[] = [];
  let found = 0;
  for (let round = 0; round < times; round += 1) {
    found = 0;
    all.push(
      await measure(async () => {
        for await (const _ of readEntries(folder, filter, options)) found += 1;
      }),
    );
  }
  const worst = times > 1 ? `, worst ${milliseconds(Math.max(...all))}` : '';
  row(`  ${what}`, milliseconds(median(all)), `${found} found${worst}${beside === '' ? '' : `; ${beside}`}`);
}

async function measure(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

function sizeOf(folder: string, extension: string): number {
  return readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
