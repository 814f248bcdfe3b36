import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../../server/src/base/clock.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { readSpending } from '../../../server/src/cost/readSpending.ts';
import { aFolder } from './aLedger.ts';

const program = fileURLToPath(new URL('./steadySpender.ts', import.meta.url));

test('a request that another process closes meanwhile is in what is read: as held or as spent', async () => {
  const lokiHome = aFolder();
  const ledger = openLedger({ lokiHome, clock: systemClock });
  const query = { taskId: 'task-1', isSimulated: false, timeZone: null };
  const sum = ({ spent, reserved }: { readonly spent: number; readonly reserved: number }) => spent + reserved;
  const reads = [
    () => sum(ledger.spentOnTask('task-1', false)),
    () => sum(ledger.tokensOfTask('task-1', false)),
    () => sum(ledger.spentInWindow('month', false)),
    () => sum(readSpending(lokiHome, query, systemClock).month),
  ];
  const seen = reads.map(() => 0);
  const child = spawn(process.execPath, [program, lokiHome, '800'], { stdio: ['ignore', 'inherit', 'inherit'] });
  const closed = once(child, 'close');
  while (child.exitCode === null && child.signalCode === null) {
    for (const [index, read] of reads.entries()) {
      const now = read();
      expect(now, `reading ${index}`).toBeGreaterThanOrEqual(seen[index] ?? 0);
      seen[index] = now;
    }
    await turn();
  }
  expect(await closed).toEqual([0, null]);
  expect(reads[0]?.()).toBe(800 * 3000);
  ledger.close();
});
