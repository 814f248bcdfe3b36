import { expect, test } from 'vitest';
import type { RunEvent, RunEventOf } from '#protocol/run';
import { taskTree } from '../../../client/src/runs/taskTree.ts';
import { numbered } from './aRun.ts';

const phase = (cycle: number, name: 'reason' | 'act' | 'verify'): RunEvent => ({
  type: 'phase',
  cycle,
  maxCycles: 3,
  phase: name,
});
const agent = (name: string, state: 'started' | 'finished', inPhase: 'reason' | 'act', cycle = 1): RunEvent => ({
  type: 'agent',
  cycle,
  phase: inPhase,
  agent: name,
  swarm: 'build',
  state,
  summary: state === 'finished' ? 'Done.' : null,
});
const action = (actionId: string, by: string, state: RunEventOf<'action'>['state']): RunEvent => ({
  type: 'action',
  actionId,
  agent: by,
  action: null,
  title: actionId,
  state,
  decision: 'ALLOW',
  reason: null,
  rules: [],
  durationMs: null,
});

function drawn(events: readonly RunEvent[], isUnderWay = true): readonly string[] {
  return taskTree('run-1', numbered(events), isUnderWay).flatMap(({ cycle, phase, agents }) => [
    `${cycle} ${phase}`,
    ...agents.flatMap(({ agent, state, actions }) => [
      `  ${agent} ${state}`,
      ...actions.map(({ action }) => `    ${action.title} ${action.state}`),
    ]),
  ]);
}

test('a run is drawn as phases, agents and actions, each in the order in which it began', () => {
  expect(
    drawn([
      phase(1, 'reason'),
      agent('architect', 'started', 'reason'),
      action('read', 'architect', 'running'),
      action('read', 'architect', 'done'),
      agent('architect', 'finished', 'reason'),
      phase(1, 'act'),
      agent('implementer', 'started', 'act'),
      action('write', 'implementer', 'awaiting'),
    ]),
  ).toEqual([
    '1 reason',
    '  architect finished',
    '    read done',
    '1 act',
    '  implementer started',
    '    write awaiting',
  ]);
});

test('an action that ends in a later phase stays where it began', () => {
  expect(
    drawn([
      phase(1, 'reason'),
      action('slow', 'architect', 'running'),
      phase(1, 'act'),
      action('slow', 'architect', 'done'),
    ]),
  ).toEqual(['1 reason', '  architect started', '    slow done', '1 act']);
});

test('the same phase of another cycle is another node, and what Loki does itself is an agent of its own', () => {
  expect(drawn([phase(1, 'verify'), action('npm test', 'loki', 'failed'), phase(2, 'verify')])).toEqual([
    '1 verify',
    '  loki started',
    '    npm test failed',
    '2 verify',
  ]);
});

test('an action before any phase is not lost', () => {
  expect(drawn([action('early', 'loki', 'done')])).toEqual(['1 reason', '  loki started', '    early done']);
});

test('of a run whose process died nothing is drawn as under way', () => {
  const events = [
    phase(1, 'act'),
    agent('implementer', 'started', 'act'),
    action('read', 'implementer', 'done'),
    action('test', 'implementer', 'running'),
    action('push', 'implementer', 'awaiting'),
  ];
  expect(drawn(events, false)).toEqual([
    '1 act',
    '  implementer stopped',
    '    read done',
    '    test interrupted',
    '    push interrupted',
  ]);
});
