import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { scanSecrets } from '../../server/src/scan/secrets.ts';
import { textOf } from '../../server/src/scan/text.ts';
import { percentile, row } from './measure.ts';

// `npm run bench:scan`: what a scan costs, and what it wrongly finds in code that everybody may read: this repository with
// all that is installed in it. Prints, asserts nothing.

const root = path.join(import.meta.dirname, '../..');
const wanted = 2000;
const largestBytes = 500_000;
const perBytes = 10 * 1024;

/** Every so-manyth file, in the order of their names, so that two measurements look at the same ones. */
function chosenFiles(): readonly string[] {
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => !/^(?:\.git|\.cache|dist)\//.test(file))
    .toSorted()
    .filter((file) => {
      const stats = statSync(path.join(root, file), { throwIfNoEntry: false });
      return stats?.isFile() === true && stats.size > 0 && stats.size <= largestBytes;
    });
  return all.filter((_file, index) => index % Math.ceil(all.length / wanted) === 0);
}

const found = new Map<string, string[]>();
const rates: number[] = [];
let bytes = 0;
let cpuMs = 0;
let flagged = 0;
const files = chosenFiles();
// The first scans load and compile what all others use.
for (const file of files.slice(0, 50)) await scanSecrets(textOf(readFileSync(path.join(root, file))));
for (const file of files) {
  const text = textOf(readFileSync(path.join(root, file)));
  const before = process.cpuUsage();
  const matches = await scanSecrets(text);
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1000;
  bytes += text.length;
  cpuMs += tookMs;
  if (text.length > perBytes) rates.push(tookMs / (text.length / perBytes));
  if (matches.length > 0) flagged += 1;
  for (const { rule } of matches) found.set(rule, [...(found.get(rule) ?? []), file]);
}
row(`${files.length} files, ${(bytes / 1024 / 1024).toFixed(1)} MB`, '', 'times of the processor, not of the clock');
row('10 KB of all of them', `${(cpuMs / (bytes / perBytes)).toFixed(2)} ms`, 'bar: 2 ms');
row('10 KB of files above 10 KB, p50', `${percentile(rates, 0.5).toFixed(2)} ms`, 'bar: 2 ms');
row('10 KB of files above 10 KB, p95', `${percentile(rates, 0.95).toFixed(2)} ms`);
row('files with a finding', `${flagged}`, `bar: fewer than ${Math.floor(files.length / 200)} (1 in 200)`);
for (const [rule, where] of found) row(`  ${rule}`, `${where.length}`, [...new Set(where)].slice(0, 3).join(', '));
