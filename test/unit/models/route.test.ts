import { describe, expect, it } from 'vitest';
import { loadRoster } from '../../../server/src/agents/loadRoster.ts';
import { taskTypeOf } from '../../../server/src/agents/taskTypeOf.ts';
import { cheaperRouteFor, routeFor } from '../../../server/src/models/route.ts';
import type { Pin } from '../../../server/src/models/settings.ts';

const implementer = { name: 'implementer', phase: 'act', tier: 'balanced', tries: 'fast' } as const;

const source = { tier: 'project', file: '.loki/config.yaml', line: 7 } as const;
const pins: readonly Pin[] = [
  { kind: 'agents', name: 'security_auditor', provider: 'anthropic', use: { model: 'claude-opus-4-8' }, source },
  { kind: 'task_types', name: 'formatting', provider: null, use: { tier: 'fast' }, source },
  { kind: 'phases', name: 'act', provider: null, use: { tier: 'best' }, source },
];

const chosen: readonly (readonly [string, Parameters<typeof routeFor>, string])[] = [
  ['the tier of the roster', [implementer, 'implementation', { pins: [] }, undefined], 'balanced'],
  ['a model named for the run', [implementer, 'formatting', { pins }, 'm'], 'm'],
  ['a pinned phase', [implementer, 'implementation', { pins }, undefined], 'best'],
  ['a pinned kind of work before the phase', [implementer, 'formatting', { pins }, undefined], 'fast'],
  [
    'a pinned agent before all else',
    [{ name: 'security_auditor', phase: 'act', tier: 'fast' }, 'formatting', { pins }, undefined],
    'anthropic claude-opus-4-8',
  ],
  [
    'no pin for a name that every object has',
    [{ ...implementer, name: 'constructor' }, 'review', { pins: [] }, undefined],
    'balanced',
  ],
];

it.each(chosen)('%s decides', (_, asked, expected) => {
  const { provider, model, tier, reason } = routeFor(...asked);
  expect([provider, model ?? tier].filter((word) => word !== null).join(' ')).toBe(expected);
  expect(reason).not.toBe('');
});

it.each([
  [source, 'it is pinned by models.pins.phases.act of the project configuration (.loki/config.yaml:7)'],
  [
    { ...source, tier: 'managed', file: '/etc/loki/config.yaml', line: null } as const,
    'it is pinned by models.pins.phases.act of the managed configuration (/etc/loki/config.yaml)',
  ],
  [
    { tier: 'user', file: null, line: null } as const,
    'it is pinned by models.pins.phases.act of the user configuration',
  ],
])('the reason says where a pin was written: %j', (from, reason) => {
  const pin: Pin = { kind: 'phases', name: 'act', provider: null, use: { tier: 'best' }, source: from };
  expect(routeFor(implementer, 'implementation', { pins: [pin] }, undefined).reason).toBe(reason);
});

describe('a cheaper tier', () => {
  const route = routeFor(implementer, 'formatting', { pins: [] }, undefined);

  it('is tried first for simple work, where the roster allows it', () => {
    expect(cheaperRouteFor(implementer, 'formatting', route)).toMatchObject({ tier: 'fast', model: null });
    expect(cheaperRouteFor(implementer, 'boilerplate', route)).toMatchObject({ tier: 'fast' });
  });

  it.each([
    ['other work', implementer, 'implementation', route],
    ['an agent that the roster does not allow it', { ...implementer, tries: undefined }, 'formatting', route],
    ['a pinned tier', implementer, 'formatting', routeFor(implementer, 'implementation', { pins }, undefined)],
    ['a named model', implementer, 'formatting', routeFor(implementer, 'formatting', { pins: [] }, 'm')],
  ] as const)('is not tried for %s', (_, agent, type, of) => {
    expect(cheaperRouteFor(agent, type, of)).toBeNull();
  });
});

it.each([
  ['Reformat the sources with prettier', 'formatting'],
  ['Fix the typos in the README', 'formatting'],
  ['Scaffold a new module', 'boilerplate'],
  ['Add license headers', 'boilerplate'],
  ['Make the totals right', 'implementation'],
  ['Inform the user', 'implementation'],
])('the task "%s" is %s', (task, type) => {
  expect(taskTypeOf({ phase: 'act' }, task)).toBe(type);
});

it('the roster gives architecture and security the best models, and lets only the implementer try a cheaper one', async () => {
  const roster = await loadRoster('server/src/agents/roster');
  const of = (task: string) =>
    Object.fromEntries(roster.map((agent) => [agent.name, [taskTypeOf(agent, task), agent.tier, agent.tries ?? null]]));
  expect(of('Reformat it')).toEqual({
    architect: ['architecture', 'best', null],
    code_reviewer: ['review', 'balanced', null],
    implementer: ['formatting', 'balanced', 'fast'],
    security_auditor: ['security_review', 'best', null],
  });
});
