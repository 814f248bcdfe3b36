import { describe, expect, it } from 'vitest';
import { noPeriodLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { aClock, aLedger, reserved } from './aLedger.ts';
import { aRequest, limitsOf } from './aRequest.ts';

const person = 'os:dev';

describe('raising a limit', () => {
  it('lets a task spend up to the new limit, and not a micro-dollar further', () => {
    const { ledger } = aLedger();
    const limits = limitsOf({ task: 4000 });
    reserved(ledger, { limits });
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('over');
    expect(ledger.raise({ window: 'task', taskId: 'task-1', to: microUsd(6000), person })).toBe('task-1');
    expect(ledger.limitOf('task', 'task-1', false, limits)).toBe(6000);
    expect(reserved(ledger, { limits }).amount).toBe(3000);
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over', limit: 6000 });
    expect(ledger.reserve(aRequest({ limits, taskId: 'task-2', wantedOutputTokens: 4000 }))).toMatchObject({
      amount: 4000,
    });
  });

  it('of a day ends with the day', () => {
    const clock = aClock('2026-03-10T12:00:00');
    const { ledger } = aLedger(clock);
    const limits = limitsOf({ day: 2000 });
    expect(ledger.raise({ window: 'day', taskId: null, to: microUsd(5000), person })).toBe('2026-03-10');
    expect(reserved(ledger, { limits }).amount).toBe(3000);
    clock.set('2026-03-11T12:00:00');
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('reserved');
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over', limit: 2000 });
  });

  it('never passes the ceiling of whoever reserves', () => {
    const { ledger } = aLedger();
    ledger.raise({ window: 'task', taskId: 'task-1', to: microUsd(9000), person });
    const limits = { ...limitsOf({ task: 2000 }), ceilings: { ...noPeriodLimits, maxPerTask: microUsd(2500) } };
    expect(reserved(ledger, { limits }).amount).toBe(2500);
  });

  it('holds for simulated money alike', () => {
    const { ledger } = aLedger();
    ledger.raise({ window: 'task', taskId: 'task-1', to: microUsd(9000), person });
    const limits = limitsOf({ task: 2000 });
    expect(reserved(ledger, { limits, isSimulated: true }).amount).toBe(3000);
  });
});
