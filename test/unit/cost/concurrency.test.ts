import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../../server/src/base/clock.ts';
import type { Ledger } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { aFolder } from './aLedger.ts';

const program = fileURLToPath(new URL('./spendingProcess.ts', import.meta.url));
const tasks = ['task-0', 'task-1', 'task-2'];

interface Limits {
  readonly task: number;
  readonly day: number;
  readonly month: number;
}

/** Runs one spending process; `onRound` is called while it works. Resolves with what it spent. */
async function spend(
  lokiHome: string,
  seed: number,
  rounds: number,
  limits: Limits,
  onRound: (kill: () => void) => void,
): Promise<number> {
  const args = [program, lokiHome, seed, rounds, limits.task, limits.day, limits.month].map(String);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let problems = '';
  const broken: Error[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    try {
      onRound(() => child.kill('SIGKILL'));
    } catch (error) {
      broken.push(error instanceof Error ? error : new Error(String(error)));
      child.kill('SIGKILL');
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    problems += chunk.toString();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on('close', (code, signal) => {
      resolve([code, signal]);
    });
  });
  if (broken[0] !== undefined) throw broken[0];
  if (signal === null) expect(code, problems).toBe(0);
  return Number(output.trim().split('\n').at(-1));
}

function expectWithin(ledger: Ledger, limits: Limits): void {
  for (const task of tasks) expectUpTo(ledger.spentOnTask(task, false), limits.task);
  expectUpTo(ledger.spentInWindow('day', false), limits.day);
  expectUpTo(ledger.spentInWindow('month', false), limits.month);
}

function expectUpTo({ spent, reserved }: { spent: number; reserved: number }, limit: number): void {
  expect(spent + reserved).toBeLessThanOrEqual(limit);
}

test(
  'several processes never spend beyond any limit, and every micro-dollar is counted',
  { timeout: 60_000 },
  async () => {
    const limit = fc.integer({ min: 5000, max: 60_000 });
    await fc.assert(
      fc.asyncProperty(fc.record({ task: limit, day: limit, month: limit }), fc.nat(), async (limits, seed) => {
        const lokiHome = aFolder();
        const ledger = openLedger({ lokiHome, clock: systemClock });
        const watch = () => expectWithin(ledger, limits);
        const spent = await Promise.all([1, 2, 3].map((n) => spend(lokiHome, seed + n, 100, limits, watch)));
        expectWithin(ledger, limits);
        expect(ledger.spentInWindow('month', false)).toEqual({
          spent: spent.reduce((sum, part) => sum + part, 0),
          reserved: 0,
        });
        ledger.close();
      }),
      { numRuns: 3, endOnFailure: true },
    );
  },
);

test(
  'what a killed process had reserved stays held, and others go on within the limits',
  { timeout: 60_000 },
  async () => {
    const limits = { task: 40_000, day: 90_000, month: 90_000 };
    const lokiHome = aFolder();
    const ledger = openLedger({ lokiHome, clock: systemClock });
    // The first process stops between reserving and settling, and is killed there.
    await spend(lokiHome, 1, 0, limits, (kill) => {
      kill();
    });
    const { reserved } = ledger.spentInWindow('day', false);
    expect(reserved).toBeGreaterThan(0);

    await spend(lokiHome, 2, 100, limits, () => {
      expectWithin(ledger, limits);
    });
    expectWithin(ledger, limits);
    expect(ledger.spentInWindow('day', false).reserved).toBe(reserved);
    ledger.close();
  },
);
