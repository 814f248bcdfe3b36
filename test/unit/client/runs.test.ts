import { expect, test } from 'vitest';
import type { NumberedEvent } from '#protocol/task';
import { createRuns, join } from '../../../client/src/runs/runs.ts';
import { aRun, numbered, said } from './aRun.ts';

const events = numbered(['a', 'b', 'c', 'd', 'e'].map(said));
const numbers = (list: readonly NumberedEvent[] | null): readonly number[] | null =>
  list === null ? null : list.map(({ number }) => number);

test.each<[string, number, readonly number[], readonly number[] | null]>([
  ['what follows is added', 2, [3, 4], [1, 2, 3, 4]],
  ['what is there already is not added again', 3, [2, 3, 4], [1, 2, 3, 4]],
  ['a gap is seen', 2, [4, 5], null],
  ['nothing new changes nothing', 2, [], [1, 2]],
  ['the first event must be number 1', 0, [2], null],
])('%s', (_title, known, told, expected) => {
  const news = events.filter(({ number }) => told.includes(number));
  expect(numbers(join(events.slice(0, known), news))).toEqual(expected);
});

test('a gap in what is followed is filled by asking for what is missing', async () => {
  const asked: number[] = [];
  const runs = createRuns(async (summary, after) => {
    asked.push(after);
    return { summary, events: events.slice(after, after + 2), approvals: [] };
  });
  runs.take({ summary: aRun(), events: events.slice(0, 1), approvals: [] });
  await runs.follow('run-1');
  runs.take({ summary: aRun(), events: events.slice(4, 5), approvals: [] });
  await expect.poll(() => numbers(runs.get('run-1')?.events ?? [])).toEqual([1, 2, 3, 4, 5]);
  expect(asked).toEqual([1, 3]);
});

test('a run whose gap does not close is not asked for again and again', async () => {
  let asked = 0;
  const runs = createRuns(async (summary) => {
    asked += 1;
    return { summary, events: events.slice(3), approvals: [] };
  });
  runs.take({ summary: aRun(), events: [], approvals: [] });
  await runs.follow('run-1');
  expect(asked).toBe(1);
  expect(runs.get('run-1')?.events).toEqual([]);
});

test('requests for approval are replaced by each news of their run and leave others alone', () => {
  const runs = createRuns(async (summary) => ({ summary, events: [], approvals: [] }));
  const request = (runId: string, approvalId: string) => ({
    approvalId,
    runId,
    agent: 'implementer',
    action: { kind: 'command' as const, command: 'npm test' },
    actionDigest: 'x',
    reason: 'asks',
    rules: [],
    expiresAt: '2026-01-01T00:10:00.000Z',
  });
  const open = () => runs.approvals().map(({ approvalId }) => approvalId);
  runs.take({ summary: aRun(), events: [], approvals: [request('run-1', 'a')] });
  runs.take({ summary: aRun({ runId: 'run-2' }), events: [], approvals: [request('run-2', 'b')] });
  expect(open()).toEqual(['a', 'b']);
  runs.take({ summary: aRun(), events: [], approvals: [] });
  expect(open()).toEqual(['b']);
});

test('when the sidecar is gone, what worked is interrupted, nothing waits, and old events stay until there are new ones', async () => {
  const told: number[] = [];
  const runs = createRuns(async (summary, after) => {
    told.push(after);
    return { summary: { ...summary, state: 'interrupted' as const }, events: events.slice(0, 2), approvals: [] };
  });
  runs.take({ summary: aRun(), events, approvals: [] });
  runs.take({ summary: aRun({ runId: 'run-2', state: 'finished' }), events: [], approvals: [] });
  runs.interrupt();
  expect(runs.get('run-1')?.summary.state).toBe('interrupted');
  expect(runs.get('run-2')?.summary.state).toBe('finished');
  expect(numbers(runs.get('run-1')?.events ?? [])).toEqual([1, 2, 3, 4, 5]);
  expect(runs.approvals()).toEqual([]);
  await runs.follow('run-1');
  expect(told).toEqual([0]);
  expect(numbers(runs.get('run-1')?.events ?? [])).toEqual([1, 2]);
});

test('a list replaces what is known of its folder, and keeps events', () => {
  const runs = createRuns(async (summary) => ({ summary, events: [], approvals: [] }));
  runs.take({ summary: aRun(), events, approvals: [] });
  runs.take({ summary: aRun({ runId: 'gone' }), events: [], approvals: [] });
  runs.take({ summary: aRun({ runId: 'other', workspace: '/elsewhere' }), events: [], approvals: [] });
  runs.takeList('/shop', [aRun({ state: 'paused' }), aRun({ runId: 'new', startedAt: '2026-02-01T00:00:00.000Z' })]);
  expect(runs.all().map(({ summary: { runId, state } }) => [runId, state])).toEqual([
    ['new', 'working'],
    ['run-1', 'paused'],
    ['other', 'working'],
  ]);
  expect(runs.get('run-1')?.events).toHaveLength(5);
});
