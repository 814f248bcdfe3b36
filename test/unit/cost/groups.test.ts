import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReservationRequest } from '../../../server/src/cost/ledger.ts';
import { groupKinds, noPeriodLimits, type CostLimits, type GroupLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { aClock, aLedger, reserved, used } from './aLedger.ts';
import { aRequest, limitsOf, noLimits } from './aRequest.ts';

function withGroup(kind: GroupLimits['group']['kind'], name: string, maxPerDay: number): CostLimits {
  return { ...noLimits, groups: [{ ...noPeriodLimits, maxPerDay: microUsd(maxPerDay), group: { kind, name } }] };
}

const members = { organisation: 'acme' };

describe('the limit of a group', () => {
  it.each<[GroupLimits['group']['kind'], string]>([
    ['agent', 'implementer'],
    ['swarm', 'engineering'],
    ['provider', 'anthropic'],
    ['project', '/nowhere/project'],
    ['project', '/nowhere/else/../project'],
    ['user', 'os:dev'],
    ['user', 'dev'],
    ['organisation', 'acme'],
    ['agent', '*'],
  ])('holds for its own: %s %s', (kind, name) => {
    const { ledger } = aLedger();
    const limits = withGroup(kind, name, 4500);
    reserved(ledger, { ...members, limits });
    expect(ledger.reserve(aRequest({ ...members, limits }))).toMatchObject({
      kind: 'over',
      window: 'day',
      group: { kind },
      limit: 4500,
      reserved: 3000,
    });
  });

  it.each<[GroupLimits['group']['kind'], string]>([
    ['agent', 'architect'],
    ['provider', 'openai'],
    ['project', '/nowhere/project2'],
    ['user', 'root'],
    ['organisation', '*'],
  ])('leaves others alone: %s %s', (kind, name) => {
    const { ledger } = aLedger();
    const limits = withGroup(kind, name, 1);
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('reserved');
  });

  it('counts what was spent before it was set, by whoever set none', () => {
    const { ledger } = aLedger();
    ledger.settle(reserved(ledger).reservationId, used(500, 500));
    const limits = withGroup('agent', 'implementer', 2500);
    expect(ledger.reserve(aRequest({ limits }))).toMatchObject({ kind: 'over', spent: 1000, reserved: 0 });
  });

  it('for each one (*) is counted for each one apart', () => {
    const { ledger } = aLedger();
    const limits = withGroup('agent', '*', 3000);
    reserved(ledger, { limits, agent: 'architect' });
    expect(ledger.reserve(aRequest({ limits, agent: 'implementer' })).kind).toBe('reserved');
    expect(ledger.reserve(aRequest({ limits, agent: 'architect' })).kind).toBe('over');
  });

  it('warns once', () => {
    const { ledger } = aLedger();
    const limits = withGroup('agent', 'implementer', 10_000);
    const spend = () => ledger.settle(reserved(ledger, { limits }).reservationId, null).alerts;
    expect(spend()).toEqual([]);
    expect(spend()).toEqual([]);
    expect(spend()).toMatchObject([{ window: 'day', group: { kind: 'agent', name: 'implementer' }, limit: 10_000 }]);
    expect(spend.call(undefined)).toEqual([]);
  });
});

describe('a budget of tokens', () => {
  it('shrinks the answer, refuses what does not fit, and gives back what was not used', () => {
    const { ledger } = aLedger();
    const limits = { ...noLimits, maxTokensPerTask: 4000 };
    const first = reserved(ledger, { limits });
    expect(ledger.reserve(aRequest({ limits }))).toEqual({
      kind: 'over_tokens',
      window: 'task',
      limit: 4000,
      spent: 0,
      reserved: 3000,
    });
    ledger.settle(first.reservationId, used(100, 100));
    expect(reserved(ledger, { limits }).maxOutputTokens).toBe(2000);
    expect(ledger.reserve(aRequest({ limits, inputBound: 1, minimumOutputTokens: 1 }))).toMatchObject({
      kind: 'reserved',
      maxOutputTokens: 799,
    });
  });

  it('counts what nobody measured with all that was reserved', () => {
    const { ledger } = aLedger();
    const limits = { ...noLimits, maxTokensPerDay: 4000 };
    ledger.settle(reserved(ledger, { limits }).reservationId, null);
    expect(ledger.reserve(aRequest({ limits, taskId: 'task-2' }))).toMatchObject({ kind: 'over_tokens', spent: 3000 });
  });
});

describe('sums', () => {
  const name = (prefix: string) => fc.integer({ min: 0, max: 2 }).map((number) => `${prefix}-${number}`);
  const request = fc.record({
    taskId: name('task'),
    agent: name('agent'),
    swarm: name('swarm'),
    provider: name('provider'),
    person: name('os:person'),
    organisation: fc.constantFrom('', 'acme'),
    isSimulated: fc.boolean(),
    day: fc.integer({ min: 10, max: 12 }),
    closing: fc.constantFrom('settle', 'unmeasured', 'release', 'hold'),
    output: fc.integer({ min: 0, max: 2000 }),
  });

  it('of every group in every window add up to the same as all spending', () => {
    const limit = microUsd(4000);
    fc.assert(
      fc.property(fc.array(request, { maxLength: 12 }), (requests) => {
        const clock = aClock();
        const { ledger } = aLedger(clock);
        const groups = groupKinds.map((kind) => ({
          group: { kind, name: '*' },
          maxPerTask: microUsd(limit - 1),
          maxPerDay: limit,
          maxPerMonth: microUsd(2 * limit),
        }));
        const limits = { ...limitsOf({ task: 6000, day: 7000, month: 9000 }), groups };
        const sums = new Map<string, number>();
        for (const { day, closing, output, ...who } of requests) {
          clock.set(`2026-03-${day}T12:00:00`);
          const wanted: Partial<ReservationRequest> = { ...who, limits };
          const answer = ledger.reserve(aRequest(wanted));
          if (answer.kind !== 'reserved') continue;
          const counted = close(answer, closing, output);
          for (const [key] of keysOf(who)) sums.set(key, (sums.get(key) ?? 0) + counted);
        }
        for (const [key, sum] of sums) expect(sum, key).toBeLessThanOrEqual(limit * 2);

        function close(
          held: { readonly reservationId: Parameters<typeof ledger.settle>[0]; readonly maxOutputTokens: number; readonly amount: number },
          closing: string,
          output: number,
        ): number {
          if (closing === 'hold') return held.amount;
          if (closing === 'unmeasured') return ledger.settle(held.reservationId, null).amount;
          if (closing === 'settle') {
            return ledger.settle(held.reservationId, used(1000, Math.min(output, held.maxOutputTokens))).amount;
          }
          ledger.release(held.reservationId);
          return 0;
        }
      }),
      { numRuns: 25 },
    );
  });
});

function keysOf(who: Pick<ReservationRequest, 'agent' | 'swarm' | 'provider' | 'person' | 'isSimulated'>) {
  const kind = who.isSimulated ? 'simulated' : 'real';
  return [who.agent, who.swarm, who.provider, who.person].map((name) => [`${kind} ${name}`] as const);
}
