import { describe, expect, it } from 'vitest';
import { noPeriodLimits, type CostLimits, type GroupLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { aClock, aLedger, reserved } from './aLedger.ts';
import { aRequest, limitsOf, noLimits } from './aRequest.ts';

const person = 'os:dev';

describe('raising a limit', () => {
  it('lets a task spend up to the new limit, and not a micro-dollar further', () => {
    const { ledger } = aLedger();
    const limits = limitsOf({ task: 4000 });
    reserved(ledger, { limits });
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('over');
    expect(ledger.raise({ window: 'task', taskId: 'task-1', to: microUsd(6000), person })).toBe('task-1');
    expect(ledger.limitOf('task', 'task-1', limits)).toBe(6000);
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

describe('of two raises that were decided at the same time', () => {
  const raise = { window: 'task', taskId: 'task-1', person } as const;

  it('the higher one holds, whichever comes last', () => {
    const { ledger } = aLedger();
    const group = { kind: 'agent', name: 'implementer' } as const;
    for (const to of [5000, 9000, 7000]) {
      ledger.raise({ ...raise, to });
      ledger.raise({ ...raise, group, to });
      ledger.raise({ ...raise, unit: 'tokens', to });
    }
    expect(ledger.limitOf('task', 'task-1', limitsOf({ task: 1000 }))).toBe(9000);
    const limits = groupLimits({ kind: 'agent', name: 'implementer', max: 1000 });
    expect(ledger.groupLimitOf('task', 'task-1', group, limits)).toBe(9000);
    expect(ledger.raisedTokens('task-1')).toBe(9000);
  });
});

/** Limits of a task for groups, in micro-dollars. */
function groupLimits(
  ...groups: readonly {
    readonly kind: GroupLimits['group']['kind'];
    readonly name: string;
    readonly max: number;
    readonly ceiling?: number;
  }[]
): CostLimits {
  return {
    ...noLimits,
    groups: groups.map(({ kind, name, max, ceiling }) => ({
      ...noPeriodLimits,
      maxPerTask: microUsd(max),
      group: { kind, name },
      ceilings: { ...noPeriodLimits, maxPerTask: ceiling === undefined ? null : microUsd(ceiling) },
    })),
  };
}

describe('raising the limit of a group', () => {
  const group = { kind: 'agent', name: 'implementer' } as const;
  const raise = { window: 'task', taskId: 'task-1', person } as const;

  it('lets that group spend up to it in that task, and no other', () => {
    const { ledger } = aLedger();
    const limits = groupLimits({ kind: 'agent', name: '*', max: 2000 });
    expect(ledger.raise({ ...raise, group, to: 5000 })).toBe('task-1');
    expect(ledger.groupLimitOf('task', 'task-1', group, limits)).toBe(5000);
    expect(reserved(ledger, { limits }).amount).toBe(3000);
    expect(reserved(ledger, { limits, wantedOutputTokens: 5000 }).amount).toBe(2000);
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over', group, limit: 5000 });
    expect(reserved(ledger, { limits, agent: 'architect' }).amount).toBe(2000);
    expect(reserved(ledger, { limits, taskId: 'task-2' }).amount).toBe(2000);
  });

  it('raises what is limited as a group of its own and as each of all, up to the strictest ceiling', () => {
    const { ledger } = aLedger();
    const limits = groupLimits(
      { kind: 'agent', name: '*', max: 2500, ceiling: 2700 },
      { kind: 'agent', name: 'implementer', max: 2000 },
    );
    expect(ledger.groupLimitOf('task', 'task-1', group, limits)).toBe(2000);
    ledger.raise({ ...raise, group, to: 9000 });
    expect(ledger.groupLimitOf('task', 'task-1', group, limits)).toBe(2700);
    expect(reserved(ledger, { limits }).amount).toBe(2700);
  });

  it('leaves the limit of all spending as it is', () => {
    const { ledger } = aLedger();
    const limits = {
      ...limitsOf({ task: 2000 }),
      groups: groupLimits({ kind: 'swarm', name: 'engineering', max: 2000 }).groups,
    };
    ledger.raise({ ...raise, group: { kind: 'swarm', name: 'engineering' }, to: 9000 });
    expect(reserved(ledger, { limits }).amount).toBe(2000);
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over', group: null });
  });
});

describe('raising a limit of tokens', () => {
  it('lets a task use as many, never more than the ceiling', () => {
    const { ledger } = aLedger();
    const limits = { ...noLimits, maxTokensPerTask: 3000 };
    reserved(ledger, { limits });
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('over_tokens');
    ledger.raise({ window: 'task', taskId: 'task-1', unit: 'tokens', to: 9000, person });
    expect(ledger.tokenLimitOf('task', 'task-1', limits)).toBe(9000);
    expect(ledger.raisedTokens('task-1')).toBe(9000);
    expect(
      ledger.tokenLimitOf('task', 'task-1', { ...limits, ceilings: { ...noPeriodLimits, maxTokensPerTask: 4000 } }),
    ).toBe(4000);
    expect(reserved(ledger, { limits }).maxOutputTokens).toBe(2000);
    expect(ledger.tokenLimitOf('task', 'task-2', limits)).toBe(3000);
    expect(ledger.tokenLimitOf('task', 'task-1', noLimits)).toBeNull();
  });

  it('of a day ends with the day', () => {
    const clock = aClock('2026-03-10T12:00:00');
    const { ledger } = aLedger(clock);
    const limits = { ...noLimits, maxTokensPerDay: 3000 };
    ledger.raise({ window: 'day', taskId: null, unit: 'tokens', to: 6000, person });
    reserved(ledger, { limits });
    reserved(ledger, { limits });
    clock.set('2026-03-11T12:00:00');
    reserved(ledger, { limits });
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over_tokens', limit: 3000 });
  });
});
