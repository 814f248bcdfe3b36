import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spenderOf, type SpenderKind } from './costSpenders.ts';
import { median, percentile } from './measure.ts';

// `npm run bench:cost`: what counting money costs a model request, next to bare transactions on the same disk, alone and
// with four processes at once. Prints, asserts nothing.

// Enough for the code to be compiled and for the log to be brought back a few times.
const rounds = 5000;
const processes = 4;
const worker = fileURLToPath(new URL('./costWorker.ts', import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-cost-'));
try {
  for (const [name, kind] of [
    ['two bare transactions', 'bare'],
    ['reserve + settle', 'ledger'],
  ] as const) {
    const { p50, p95 } = alone(kind);
    const perSecond = await together(kind);
    process.stdout.write(
      `${name.padEnd(22)}  p50 ${p50.toFixed(3)} ms  p95 ${p95.toFixed(3)} ms  with ${processes} processes ${Math.round(perSecond)} pairs/s\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function alone(kind: SpenderKind): { readonly p50: number; readonly p95: number } {
  const spender = spenderOf(kind, path.join(folder, `${kind}-alone`));
  try {
    for (let warmUp = 0; warmUp < 1000; warmUp += 1) spender.pair();
    const times = Array.from({ length: rounds }, () => {
      const start = performance.now();
      spender.pair();
      return performance.now() - start;
    });
    return { p50: median(times), p95: percentile(times, 0.95) };
  } finally {
    spender.close();
  }
}

/** Pairs a second that several processes get done on one file, from when the last has started to when the first ends. */
async function together(kind: SpenderKind): Promise<number> {
  const home = path.join(folder, `${kind}-together`);
  spenderOf(kind, home).close();
  const children = Array.from({ length: processes }, () =>
    fork(worker, [kind, home], { execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'] }),
  );
  await Promise.all(children.map(async (child) => await new Promise((resolve) => child.once('message', resolve))));
  const startedMs = performance.now();
  const counts = children.map(
    async (child) => await new Promise<number>((resolve) => child.once('message', (count) => resolve(Number(count)))),
  );
  for (const child of children) child.send(rounds);
  const pairs = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  return (pairs * 1000) / (performance.now() - startedMs);
}
