import { describe, expect, it } from 'vitest';
import type { ReservationId } from '../../../server/src/cost/ledger.ts';
import type { LoggedIntent } from '../../../server/src/cost/loggedCall.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import type { LostCall } from '../../../server/src/cost/restoration.ts';
import { aClock, aLedger, reserved } from './aLedger.ts';
import { aRequest, limitsOf, noLimits } from './aRequest.ts';

const owner = { project: '/nowhere/project', person: 'os:dev', organisation: '', limits: noLimits };

/** A request that the ledger does not know, of 3,000 micro-dollars. */
function lost(name: string, time: string, changes: Partial<LoggedIntent> = {}): LostCall {
  const at = new Date(time);
  const intent: LoggedIntent = {
    kind: 'intent',
    at,
    actionId: `act-${name}`,
    reservationId: `res-${name}` as ReservationId,
    runId: 'run-1',
    taskId: 'task-1',
    agent: 'implementer',
    swarm: 'engineering',
    phase: 'act',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    isSimulated: false,
    reserved: microUsd(3000),
    inputBound: 1000,
    maxOutputTokens: 2000,
    ...changes,
  };
  return { intent, ending: null, endedAt: at, reachedAt: at };
}

const noon = '2026-03-10T12:00:00';

describe('what the ledger has lost', () => {
  it('counts in the day, the month and the task that it was made in, and in the groups', () => {
    const clock = aClock(noon);
    const { ledger } = aLedger(clock);
    const calls = [
      lost('a', '2026-02-27T09:00:00'),
      lost('b', '2026-03-09T09:00:00'),
      lost('c', '2026-03-10T09:00:00'),
      lost('d', '2026-03-10T09:00:01', { agent: 'architect', taskId: 'task-2' }),
    ];
    expect(ledger.restoration.enter(calls, [], owner)).toEqual({ calls: 4, amount: 12_000, endings: 0 });
    expect(ledger.spentInWindow('day', false)).toEqual({ spent: 6000, reserved: 0 });
    expect(ledger.spentInWindow('month', false)).toEqual({ spent: 9000, reserved: 0 });
    expect(ledger.spentOnTask('task-1', false).spent).toBe(9000);
    const group = { kind: 'agent', name: 'implementer' } as const;
    const groups = [{ group, maxPerTask: null, maxPerDay: microUsd(5999), maxPerMonth: null }];
    expect(ledger.reserve(aRequest({ limits: { ...noLimits, groups } }))).toMatchObject({
      kind: 'reserved',
      amount: 2999,
    });
    const limits = { ...noLimits, maxTokensPerDay: 8999 };
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over_tokens', spent: 6000, reserved: 2999 });
  });

  it('is entered once, also by another process', () => {
    const clock = aClock(noon);
    const { ledger, lokiHome } = aLedger(clock);
    const other = openLedger({ lokiHome, clock });
    const calls = [lost('a', noon), lost('b', noon)];
    ledger.restoration.enter(calls.slice(0, 1), [], owner);
    expect(other.restoration.enter(calls, [], owner)).toEqual({ calls: 1, amount: 3000, endings: 0 });
    expect(ledger.restoration.enter(calls, [], owner)).toEqual({ calls: 0, amount: 0, endings: 0 });
    other.close();
    expect(ledger.spentInWindow('day', false).spent).toBe(6000);
  });

  it('never is what is known here, released or under way', () => {
    const { ledger } = aLedger();
    const [held, released] = [reserved(ledger), reserved(ledger)];
    ledger.release(released.reservationId);
    for (const { reservationId } of [held, released]) {
      expect(ledger.restoration.lacks(reservationId)).toBe('nothing');
      const ending = { kind: 'released' } as const;
      const late = [{ reservationId, ending, endedAt: new Date(noon) }];
      const calls = [lost('a', noon, { reservationId })];
      expect(ledger.restoration.enter(calls, late, owner)).toEqual({ calls: 0, amount: 0, endings: 0 });
    }
    expect(ledger.spentInWindow('day', false)).toEqual({ spent: 0, reserved: 3000 });
  });

  it('costs what its end says, where that is believed', () => {
    const { ledger } = aLedger();
    const usage = { input: 10, cacheRead: 0, cacheWrite: 0, output: 5 };
    const settled = { kind: 'settled', amount: microUsd(15), usage, isOverrun: false } as const;
    const calls = [
      { ...lost('a', noon), ending: settled },
      { ...lost('b', noon), ending: { kind: 'released' } as const },
    ];
    expect(ledger.restoration.enter(calls, [], owner)).toEqual({ calls: 2, amount: 15, endings: 0 });
    expect(ledger.spentOnTask('task-1', false)).toEqual({ spent: 15, reserved: 0, tokens: { input: 10, output: 5 } });
  });

  it('counts no earlier than the log had come, and today where the clock was set back', () => {
    const clock = aClock(noon);
    const { ledger } = aLedger(clock);
    const limits = limitsOf({ day: 9000 });
    ledger.restoration.enter([lost('a', noon), lost('b', '2026-03-02T12:00:00')], [], owner);
    expect(ledger.spentInWindow('day', false).spent).toBe(6000);
    clock.set('2026-03-05T12:00:00');
    ledger.restoration.enter([lost('c', '2026-03-05T12:00:00')], [], owner);
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('over');
  });

  it('opens no day that has not come, whatever a log says', () => {
    const clock = aClock(noon);
    const { ledger } = aLedger(clock);
    ledger.restoration.enter([lost('a', '2031-01-01T12:00:00')], [], owner);
    expect(ledger.spentInWindow('day', false).spent).toBe(3000);
    clock.set('2026-03-11T12:00:00');
    expect(ledger.spentInWindow('day', false).spent).toBe(0);
  });

  it('never makes a sum that cannot be counted', () => {
    const { ledger } = aLedger();
    const most = microUsd(999_999_999_000_000);
    const calls = Array.from({ length: 12 }, (_, index) => lost(`a${index}`, noon, { reserved: most }));
    ledger.restoration.enter(calls, [], owner);
    expect(ledger.spentInWindow('day', false).spent).toBe(1e15);
    expect(ledger.reserve(aRequest({ limits: limitsOf({ day: 1_000_000 }) })).kind).toBe('over');
    expect(reserved(ledger).amount).toBe(3000);
  });
});
