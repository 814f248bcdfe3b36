import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../server/src/base/clock.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { isProvablyDead, thisProcess } from '../../../server/src/cost/owner.ts';
import { aFolder, reserved, used } from './aLedger.ts';

const program = fileURLToPath(new URL('./spendingProcess.ts', import.meta.url));

/** A process that reserves once and is killed before it can settle; the ledger as the others see it. */
async function afterKill() {
  const lokiHome = aFolder();
  const ledger = openLedger({ lokiHome, clock: systemClock });
  const child = spawn(process.execPath, [program, lokiHome, '1', '0', '40000', '90000', '90000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const whileAlive = ledger.expireDead();
  child.kill('SIGKILL');
  await once(child, 'close');
  return { ledger, lokiHome, whileAlive };
}

describe.runIf(process.platform === 'linux')('a reservation whose process is dead', () => {
  it('is counted as spent at its whole amount, once, and never given back', async () => {
    const { ledger, whileAlive } = await afterKill();
    expect(whileAlive).toEqual({ calls: 0, amount: 0 });
    const { reserved: held } = ledger.spentInWindow('day', false);
    expect(held).toBeGreaterThan(0);
    expect(ledger.expireDead()).toEqual({ calls: 1, amount: held });
    expect(ledger.spentInWindow('day', false)).toEqual({ spent: held, reserved: 0 });
    expect(ledger.spentOnTask('task-0', false)).toEqual({ spent: held, reserved: 0, tokens: { input: 0, output: 0 } });
    expect(ledger.expireDead()).toEqual({ calls: 0, amount: 0 });
    ledger.close();
  });

  it('is corrected by its process, should that live after all', () => {
    const lokiHome = aFolder();
    const ledger = openLedger({ lokiHome, clock: systemClock });
    const [settled, released, kept] = [reserved(ledger), reserved(ledger), reserved(ledger)];
    pretendOwner(lokiHome, thisProcess().startedAt.replace(/:\d+:/, ':1:'));
    expect(ledger.expireDead()).toEqual({ calls: 3, amount: 9000 });
    expect(ledger.settle(settled.reservationId, used(10, 10)).amount).toBe(20);
    ledger.release(released.reservationId);
    expect(ledger.spentInWindow('month', false)).toEqual({ spent: 3020, reserved: 0 });
    expect(() => ledger.settle(settled.reservationId, used(1, 1))).toThrow('already settled');
    expect(() => ledger.release(released.reservationId)).toThrow('already released');
    expect(ledger.settle(kept.reservationId, null).amount).toBe(3000);
    expect(ledger.spentOnTask('task-1', false)).toEqual({
      spent: 3020,
      reserved: 0,
      tokens: { input: 10, output: 10 },
    });
    ledger.close();
  });

  it.each([
    ['lives', (owner: string) => owner],
    ['was seen from another container', (owner: string) => owner.replace(/:\d+:([^:]*)$/, ':1:$1')],
    ['ran on another machine', (owner: string) => owner.replace(/^[^:]+/, 'boot').replace(/[^:]*$/, 'elsewhere')],
    [
      'ran before this boot on a machine without a name',
      (owner: string) => owner.replace(/^[^:]+/, 'b').replace(/[^:]*$/, ''),
    ],
    ['was written down by an older version', (owner: string) => owner.split(':').slice(0, 2).join(':')],
    ['is described by nonsense', () => 'nonsense'],
  ])('is not touched where the process %s', (_name, change) => {
    const { pid, startedAt } = thisProcess();
    expect(isProvablyDead({ pid, startedAt: change(startedAt) })).toBe(false);
  });

  it('is dead after the machine has started anew, and when its number has gone to another', () => {
    const { pid, startedAt } = thisProcess();
    expect(isProvablyDead({ pid, startedAt: startedAt.replace(/:\d+:/, ':1:') })).toBe(true);
    const machine = readFileSyncOrEmpty('/etc/machine-id');
    const before = startedAt.replace(/^[^:]+/, '00000000-0000-0000-0000-000000000000');
    expect(isProvablyDead({ pid, startedAt: before })).toBe(machine !== '');
  });
});

function pretendOwner(lokiHome: string, startedAt: string): void {
  const database = new DatabaseSync(path.join(lokiHome, 'loki.db'));
  database.prepare('UPDATE cost_holds SET owner_started_at = ?').run(startedAt);
  database.close();
}

function readFileSyncOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
