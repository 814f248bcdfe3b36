import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { approvalAnswerRequest } from '#protocol/approval';
import { costMeter } from '#protocol/cost';
import { gateRead } from '#protocol/gate';
import {
  runAccept,
  runCancel,
  runChanges,
  runDiscard,
  runEstimate,
  runEvents,
  runList,
  runStart,
  type NumberedEvent,
} from '#protocol/task';
import { isRunning, openEdge, repository, resultOf, startScenario, whileCommandRuns } from './edge.ts';
import type { Editor } from './editor.ts';

const numbersOf = (events: readonly NumberedEvent[]): readonly number[] => events.map(({ number }) => number);

async function answerNext(
  editor: Editor,
  answer: { outcome: 'approved' | 'denied'; scope: 'once' | 'task'; why?: string },
) {
  const request = await editor.until(() => editor.openApprovals()[0]);
  const params = { approvalId: request.approvalId, why: null, ...answer };
  expect(await editor.ask(approvalAnswerRequest, params)).toEqual({ isTaken: true });
  // Told again, it is not open any more.
  expect(await editor.ask(approvalAnswerRequest, params)).toEqual({ isTaken: false });
  await editor.until(() => (editor.openApprovals()[0]?.approvalId === request.approvalId ? undefined : true));
  return request;
}

describe('a run over the protocol', () => {
  test('asks for approval, takes the answer for the rest of the task, and can be read back and accepted', async () => {
    const workspace = await repository();
    const { editor } = await openEdge(workspace);
    const runId = await startScenario(editor, workspace, 'asks');

    const first = await answerNext(editor, { outcome: 'approved', scope: 'task' });
    expect(first.action).toEqual({ kind: 'file_write', path: 'package.json', content: '{}\n' });
    const asking = editor.changes.find(({ approvals }) => approvals.length > 0);
    expect(asking?.summary.state).toBe('awaiting');
    // The same action is not asked again; another one is, although it is the same file.
    const second = await answerNext(editor, { outcome: 'denied', scope: 'once', why: 'Leave it as it is' });
    expect(second.action).toMatchObject({ content: '{ }\n' });

    const summary = await resultOf(editor, runId);
    expect(summary).toMatchObject({ workspace, state: 'finished', provider: 'demo', simulated: true, outcome: 'open' });
    const events = editor.eventsOf(runId);
    expect(numbersOf(events)).toEqual(events.map((_, index) => index + 1));
    const answers = events.flatMap(({ event }) => (event.type === 'answer' ? [event.answer] : []));
    const [granted] = answers;
    const grant = granted?.outcome === 'approved' ? granted.grant : undefined;
    expect(grant).toMatchObject({ scope: 'task', words: 'this very action, for this agent' });
    const yes = { outcome: 'approved', by: 'os:tester', scope: 'task', grant };
    expect(answers).toEqual([
      { ...yes, why: 'Approved for the rest of this task, for this agent and this very action' },
      { ...yes, why: 'Approved before for the rest of this task: the same action' },
      { outcome: 'denied', by: 'os:tester', why: 'Leave it as it is' },
    ]);
    const log = await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
    expect(log.split('\n').filter((line) => line.includes('"stage":"approval"'))).toHaveLength(3);
    expect(log).toContain('Approved before for the rest of this task: the same action');

    await editor.until(() => (editor.changes.at(-1)?.summary.result === null ? undefined : true));
    const kept = await editor.ask(runEvents, { workspace, runId, after: 0 });
    expect(kept.events).toEqual(events);
    expect((await editor.ask(runEvents, { workspace, runId, after: 5 })).events).toEqual(events.slice(5));
    expect((await stat(path.join(workspace, `.loki/runs/${runId}/events.jsonl`))).mode & 0o777).toBe(0o600);
    expect((await editor.ask(runList, { workspace })).runs).toEqual([kept.summary]);
    expect(await editor.ask(gateRead, { workspace })).toMatchObject({ runId, verdict: summary.result?.verdict });
    expect(await editor.ask(costMeter, { workspace })).toMatchObject({
      simulated: true,
      task: { spentUsd: summary.costUsd, reservedUsd: 0 },
    });
    expect(await editor.ask(runEstimate, { workspace, provider: 'demo' })).toMatchObject({
      likelyUsd: summary.costUsd,
      basedOn: 1,
      simulated: true,
    });

    const { files } = await editor.ask(runChanges, { workspace, runId });
    expect(files.map(({ path: name, status }) => ({ name, status }))).toEqual([
      { name: 'package.json', status: 'modified' },
    ]);
    expect(await readFile(files[0]?.after ?? '', 'utf8')).toBe('{}\n');
    expect((await stat(files[0]?.before ?? '')).mode & 0o777).toBe(0o600);

    if (summary.result?.verdict === 'BLOCKED') {
      const refused = await editor.ask(runAccept, { workspace, runId, evenIfBlocked: false });
      expect(refused).toMatchObject({ isDone: false, mayInsist: true });
    }
    expect(await editor.ask(runAccept, { workspace, runId, evenIfBlocked: true })).toMatchObject({ isDone: true });
    expect(await readFile(path.join(workspace, 'package.json'), 'utf8')).toBe('{}\n');
    // What was changed can be looked at after the worktree is gone, too.
    const later = await editor.ask(runChanges, { workspace, runId });
    expect(await readFile(later.files[0]?.after ?? '', 'utf8')).toBe('{}\n');
    expect((await editor.ask(runList, { workspace })).runs[0]?.outcome).toBe('accepted');
  });

  test('is cancelled in the middle of a command, and no process of it is left', async () => {
    const workspace = await repository();
    const { editor } = await openEdge(workspace);
    const runId = await startScenario(editor, workspace, 'waits');
    await whileCommandRuns(editor, runId);
    expect(await editor.ask(runCancel, { runId: 'run-other' })).toEqual({ cancelled: 0 });
    expect(await editor.ask(runCancel, { runId })).toEqual({ cancelled: 1 });
    expect(isRunning('sleep', '86423')).toBe(false);
    const { summary } = await editor.ask(runEvents, { workspace, runId, after: 0 });
    expect(summary.state).toBe('cancelled');
    expect(await editor.ask(runDiscard, { workspace, runId, withForeignCommits: false })).toMatchObject({
      isDone: true,
    });
  });

  test('is one of several at once, also in one workspace', async () => {
    const workspace = await repository();
    const { editor } = await openEdge(workspace);
    const [waiting, asking] = [
      await startScenario(editor, workspace, 'waits'),
      await startScenario(editor, workspace, 'asks'),
    ];
    await whileCommandRuns(editor, waiting);
    await editor.until(() => editor.changes.findLast(({ approvals }) => approvals.length > 0));
    const { runs } = await editor.ask(runList, { workspace });
    expect(Object.fromEntries(runs.map(({ runId, state }) => [runId, state]))).toEqual({
      [asking]: 'awaiting',
      [waiting]: 'working',
    });
    expect(await editor.ask(runCancel, { runId: null })).toEqual({ cancelled: 2 });
  });

  test('ends when the editor asks the sidecar to shut down', async () => {
    const workspace = await repository();
    const { editor, ends } = await openEdge(workspace);
    await whileCommandRuns(editor, await startScenario(editor, workspace, 'waits'));
    await editor.connection.sendRequest('shutdown');
    expect(isRunning('sleep', '86423')).toBe(false);
    const started = await editor.ask(runStart, { ...anyTask, workspace });
    expect(started).toMatchObject({ kind: 'failed' });
    expect(ends).toEqual([]);
  });

  test('does not begin where something is missing, and says what', async () => {
    const workspace = await repository({ '.loki/config.yaml': 'cost:\n  max_per_tusk: 1\n' });
    const { editor } = await openEdge(workspace);
    expect(await editor.ask(runStart, { ...anyTask, workspace })).toMatchObject({
      kind: 'failed',
      failure: { code: 'config_invalid', message: expect.stringContaining('.loki/config.yaml:2:3') as string },
    });
    expect((await editor.ask(runList, { workspace })).runs).toEqual([]);
  });

  test('does not begin, and nothing is accepted, in a folder that is not trusted', async () => {
    const workspace = await repository();
    const { editor } = await openEdge(workspace, { isTrusted: false });
    const refusal = { message: expect.stringContaining('not trusted') as string };
    await expect(editor.ask(runStart, { ...anyTask, workspace })).rejects.toMatchObject(refusal);
    await expect(editor.ask(runAccept, { workspace, runId: 'run-x', evenIfBlocked: true })).rejects.toMatchObject(
      refusal,
    );
    expect((await editor.ask(runList, { workspace })).runs).toEqual([]);
  });
});

describe('what a run tells', () => {
  test('has no secret in it, neither on the way to the editor nor in the file that is kept', async () => {
    const workspace = await repository({ 'src/notes.txt': 'first\n' });
    const { editor } = await openEdge(workspace);
    const runId = await startScenario(editor, workspace, 'leaks');
    await resultOf(editor, runId);
    const secret = /AKIAQ3EGRRMWPX7ZKJ5N/;
    expect(JSON.stringify(editor.changes)).not.toMatch(secret);
    expect(await readFile(path.join(workspace, `.loki/runs/${runId}/events.jsonl`), 'utf8')).not.toMatch(secret);
    expect(JSON.stringify(editor.changes)).toContain('«redacted:');
  });
});

const anyTask = {
  task: 'Anything',
  provider: 'demo',
  model: null,
  profile: null,
  includeChanges: false,
  scenario: null,
} as const;
