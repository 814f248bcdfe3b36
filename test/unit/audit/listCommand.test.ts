import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { momentOf } from '../../../server/src/cli/audit/timeOption.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { logFile, writeLog } from './aLog.ts';
import { aContent, writeIndexed } from './query/segmentedLog.ts';
import { runAudit } from './runAudit.ts';
import { chainByHand, parse } from './theRecipe.ts';

const contents = Array.from({ length: 100 }, (_, n) =>
  aContent(n, {
    metadata: {
      task_id: `task-${n % 5}`,
      run_id: `run-${n % 3}`,
      phase: n % 2 === 0 ? 'act' : 'verify',
      swarm: n < 50 ? 'build' : 'review',
      provider: n % 10 === 0 ? 'anthropic' : null,
      decision: 'ALLOW',
    },
  }),
);

async function workspaceOfSegments(): Promise<string> {
  const workspace = temporaryFolder();
  mkdirSync(path.join(workspace, 'audit'));
  await writeIndexed(path.join(workspace, 'audit'), contents, 30);
  return workspace;
}

const seqs = (printed: string): readonly unknown[] =>
  printed
    .split('\n')
    .slice(0, -1)
    .map((line) => parse(line)['seq']);

test.each<[string, string[], readonly number[]]>([
  ['the last of a task, over segments', ['--task', 'task-2', '--last', '3'], [87, 92, 97]],
  ['the first of a task', ['--task', 'task-2', '--limit', '3'], [2, 7, 12]],
  ['the page behind an entry', ['--task', 'task-2', '--cursor', '12', '--limit', '3'], [17, 22, 27]],
  ['all behind an entry', ['--cursor', '96', '--all'], [97, 98, 99]],
  [
    'a phase, a swarm and a provider',
    ['--phase', 'act', '--swarm', 'review', '--provider', 'anthropic'],
    [50, 60, 70, 80, 90],
  ],
  ['a time', ['--from', '2026-03-01T00:58:00Z', '--to', '2026-03-01T01:01:00Z'], [58, 59, 60, 61]],
  ['a time as entries show it', ['--from', '2026-03-01 00:58', '--to', '2026-03-01 00:59'], [58, 59]],
  ['a day', ['--to', '2026-03-01', '--last', '2'], [98, 99]],
  ['no other day', ['--from', '2026-03-02'], []],
])('lists %s', async (_what, args, expected) => {
  const workspace = await workspaceOfSegments();
  const { code, printed } = await runAudit(workspace, ['list', '--json', ...args]);
  expect([code, seqs(printed)]).toEqual([0, expected]);
});

test('says how to go on where there is more, and nothing where there is not', async () => {
  const workspace = await workspaceOfSegments();
  const first = await runAudit(workspace, ['list', '--limit', '40']);
  expect(first.told).toBe('there are more: go on with --cursor 39\n');
  const last = await runAudit(workspace, ['list', '--cursor', '39', '--limit', '60']);
  expect([last.told, last.printed.split('\n').length - 1]).toEqual(['', 60]);
});

test.each([
  [['--from', 'yesterday'], '--from "yesterday" is not a time'],
  [['--to', '2026-02-30'], '--to "2026-02-30" is not a time'],
  [['--cursor', 'x'], '--cursor "x"'],
  [['--limit', '0'], '--limit "0"'],
  [['--limit', '3', '--last', '3'], 'not both'],
  [['--cursor', '3', '--last', '3'], '--cursor goes on with'],
])('list %j is not understood and says why', async (args, why) => {
  await expect(runAudit(temporaryFolder(), ['list', ...args])).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(why),
  });
});

test.each<['from' | 'to', string, string]>([
  ['from', '2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['to', '2026-03-01', '2026-03-01T23:59:59.999Z'],
  ['from', '2026-03-01T10:20:30Z', '2026-03-01T10:20:30.000Z'],
  ['to', '2026-03-01T10:20:30Z', '2026-03-01T10:20:30.999Z'],
  ['to', '2026-03-01T10:20:30.456Z', '2026-03-01T10:20:30.456Z'],
  ['from', '2026-03-01T10:20+02:00', '2026-03-01T08:20:00.000Z'],
  ['from', '2026-03-01 10:20:30.5', '2026-03-01T10:20:30.500Z'],
  ['from', '90m', '2026-04-30T22:30:00.000Z'],
  ['from', '2h', '2026-04-30T22:00:00.000Z'],
  ['to', '7d', '2026-04-24T00:00:00.000Z'],
  ['from', '1w', '2026-04-24T00:00:00.000Z'],
])('--%s %s is %s', (option, typed, moment) => {
  expect(new Date(momentOf(option, typed, Date.UTC(2026, 4, 1))).toISOString()).toBe(moment);
});

test('a log of another writer is listed as it is, and lines that are none hide nothing', async () => {
  const workspace = temporaryFolder();
  mkdirSync(path.join(workspace, 'audit'));
  const lines = chainByHand([
    { timestamp: '2026-03-01T00:00:00Z', who: { id: 7 }, what: 'session_start', where: null, why: 5, metadata: [1] },
    { timestamp: '2026-03-01T02:00:00+01:00', who: 'agent-1', what: 'file_read', metadata: { task_id: 12 } },
    { timestamp: 'no time', who: true, what: 'command_execute', where: 'ls', metadata: 'text' },
  ]);
  writeLog(path.join(workspace, 'audit'), [lines[0] ?? '', 'hello', lines[1] ?? '', lines[2] ?? '']);
  appendFileSync(logFile(path.join(workspace, 'audit')), '{"torn');
  const all = await runAudit(workspace, ['list', '--json']);
  expect(all).toEqual({
    code: 0,
    printed: lines.map((line) => `${line}\n`).join(''),
    told: '2 lines are no entries and left out; see loki audit verify\n',
  });
  expect(seqs((await runAudit(workspace, ['list', '--json', '--task', '12'])).printed)).toEqual([1]);
  expect(seqs((await runAudit(workspace, ['list', '--json', '--agent', 'true'])).printed)).toEqual([2]);
  expect(seqs((await runAudit(workspace, ['list', '--json', '--to', '2026-03-01T00:30:00Z'])).printed)).toEqual([0]);
  const exported = await runAudit(workspace, ['export']);
  expect(exported.printed).toBe(all.printed);
  for (const format of ['csv', 'cef', 'ocsf', 'ecs', 'cloudevents']) {
    const { code, told } = await runAudit(workspace, ['export', '--format', format]);
    expect([code, told]).toEqual([0, '2 lines are no entries and left out; see loki audit verify\n']);
  }
});
