import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../server/src/base/clock.ts';
import type { Ledger, Reservation, ReservationRequest } from '../../../server/src/cost/ledger.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { aRequest } from './aRequest.ts';

/** A temporary folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-cost-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that stands until it is set. */
export function aClock(start = '2026-03-10T12:00:00'): Clock & { set(time: string): void } {
  let now = new Date(start);
  return {
    now: () => now,
    elapsedMs: () => 0,
    set: (time) => {
      now = new Date(time);
    },
  };
}

/** A ledger in a temporary folder. */
export function aLedger(clock: Clock = aClock()): { readonly ledger: Ledger; readonly lokiHome: string } {
  const lokiHome = aFolder();
  const ledger = openLedger({ lokiHome, clock });
  onTestFinished(() => {
    ledger.close();
  });
  return { ledger, lokiHome };
}

/** Reserves where the budget is known to afford it. */
export function reserved(
  ledger: Ledger,
  changes: Partial<ReservationRequest> = {},
): Extract<Reservation, { kind: 'reserved' }> {
  const answer = ledger.reserve(aRequest(changes));
  if (answer.kind !== 'reserved') throw new Error(`over the limit of the ${answer.window}`);
  return answer;
}

/** Usage without cached tokens. */
export function used(input: number, output: number) {
  return { input, cacheRead: 0, cacheWrite: 0, output };
}
