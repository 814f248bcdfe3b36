import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { groupKinds, noPeriodLimits, type CostLimits, type GroupLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { readGroups } from '../../../server/src/cost/readGroups.ts';
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

  it.each<[GroupLimits['group']['kind'], string]>([
    ['agent', 'implementer'],
    ['project', '/nowhere/else/../project'],
    ['user', 'os:dev'],
    ['user', 'dev'],
  ])('is shown with what counts under it: %s %s', (kind, name) => {
    const { ledger, lokiHome } = aLedger();
    const { groups } = withGroup(kind, name, 4500);
    ledger.settle(reserved(ledger).reservationId, used(500, 500));
    const keys = { task: 'task-1', day: '2026-03-10', month: '2026-03' };
    expect(readGroups(lokiHome, keys, false, groups)).toEqual([
      { group: { kind, name }, window: 'day', limit: 4500, spent: 1000 },
    ]);
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
    const limits = withGroup('agent', 'implementer', 11_000);
    const spend = () => ledger.settle(reserved(ledger, { limits }).reservationId, null).alerts;
    expect(spend()).toEqual([]);
    expect(spend()).toEqual([]);
    expect(spend()).toMatchObject([{ window: 'day', group: { kind: 'agent', name: 'implementer' }, limit: 11_000 }]);
    expect(spend()).toEqual([]);
  });
});

describe('an agent that several limits cover', () => {
  it('is warned about once, by the strictest of those that are due', () => {
    const { ledger } = aLedger();
    const group = (name: string, max: number) => withGroup('agent', name, max).groups;
    const limits = { ...noLimits, groups: [...group('*', 3100), ...group('implementer', 3000)] };
    const { alerts } = ledger.settle(reserved(ledger, { limits }).reservationId, null);
    expect(alerts).toMatchObject([{ window: 'day', group: { name: 'implementer' }, limit: 3000, spent: 3000 }]);
    expect(ledger.reserve(aRequest({ limits })).kind).toBe('over');
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

  it('of groups and of windows are those of the requests, and none passes its limit', () => {
    const groups = groupKinds.map((kind) => ({
      group: { kind, name: '*' },
      maxPerTask: microUsd(4000),
      maxPerDay: microUsd(5000),
      maxPerMonth: microUsd(9000),
    }));
    const limits = { ...limitsOf({ task: 6000, day: 7000, month: 12_000 }), groups };
    fc.assert(
      fc.property(fc.array(request, { maxLength: 15 }), (requests) => {
        const clock = aClock();
        const { ledger, lokiHome } = aLedger(clock);
        for (const { day, closing, output, ...who } of requests) {
          clock.set(`2026-03-${day}T12:00:00`);
          const answer = ledger.reserve(aRequest({ ...who, limits }));
          if (answer.kind !== 'reserved') continue;
          const { reservationId, maxOutputTokens } = answer;
          if (closing === 'unmeasured') ledger.settle(reservationId, null);
          if (closing === 'settle') ledger.settle(reservationId, used(1000, Math.min(output, maxOutputTokens)));
          if (closing === 'release') ledger.release(reservationId);
        }
        expectToAddUp(lokiHome);
      }),
      { numRuns: 25 },
    );
  });
});

/** The sums that are kept, against the rows that they are sums of. */
function expectToAddUp(lokiHome: string): void {
  const database = new DatabaseSync(path.join(lokiHome, 'loki.db'), { readOnly: true });
  const all = (query: string) => database.prepare(query).all();
  const sums = (table: string, by: string) =>
    all(
      `SELECT kind, key, simulated${by}, sum(spent) AS spent FROM ${table}
       GROUP BY kind, key, simulated${by} ORDER BY kind, key, simulated${by}`,
    ).map((row) => ({ ...row }));
  const members = 'agent, swarm, provider, project, person, organisation';
  const inWindows = (spent: string, table: string) =>
    `(SELECT kind, CASE kind WHEN 'task' THEN task_id WHEN 'day' THEN day ELSE month END AS key, simulated, ${members},
        ${spent} AS spent
      FROM ${table}, (SELECT 'task' AS kind UNION SELECT 'day' UNION SELECT 'month'))`;
  const settled = inWindows('amount', `(SELECT * FROM cost_requests WHERE state = 'settled')`);
  expect(sums('cost_windows', '')).toEqual(sums(settled, ''));
  for (const column of members.split(', ')) {
    expect(sums('cost_groups', `, ${column}`), column).toEqual(sums(settled, `, ${column}`));
    const most = { task: 4000, day: 5000, month: 9000 };
    for (const row of sums(
      `(SELECT * FROM ${settled} UNION ALL SELECT * FROM ${inWindows('reserved', 'cost_holds')})`,
      `, ${column}`,
    )) {
      const { kind, spent } = sumRow.parse(row);
      if (row[column] !== '') expect(spent, `${kind} ${column}`).toBeLessThanOrEqual(most[kind]);
    }
  }
  database.close();
}

const sumRow = z.object({ kind: z.enum(['task', 'day', 'month']), spent: z.number() });
