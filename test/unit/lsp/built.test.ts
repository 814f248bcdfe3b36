import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { demoOpen } from '#protocol/demo';
import { runEvents, runList, runResume, runStart } from '#protocol/task';
import { workspaceRead } from '#protocol/workspace';
import { temporaryFolder } from '../temporaryFolder.ts';
import { startSidecar } from './builtSidecar.ts';
import { isRunning, repository, resultOf, startScenario, whileCommandRuns } from './edge.ts';

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

test('runs a whole task over an IPC channel, and ends when that is closed', async () => {
  const workspace = await repository();
  const { editor, process: child, ended } = startSidecar(await temporaryFolder(), { transport: 'ipc' });
  await editor.initialize(workspace);
  expect(await editor.ask(workspaceRead, { workspace })).toMatchObject({ workspace, obstacle: null });
  const started = await editor.ask(runStart, {
    workspace,
    task: 'Show me',
    provider: 'demo',
    model: null,
    profile: null,
    includeChanges: false,
    scenario: null,
  });
  if (started.kind === 'failed') throw new Error(started.failure.message);
  const { result } = await resultOf(editor, started.runId);
  expect(result).toMatchObject({ status: 'finished', simulated: true, audit: { valid: true } });
  child.disconnect();
  expect(await ended).toBe(1);
});

test('shuts down in order, and takes every process of its runs along', async () => {
  const workspace = await repository();
  const { editor, ended } = startSidecar(await temporaryFolder());
  await editor.initialize(workspace);
  await whileCommandRuns(editor, await startScenario(editor, workspace, 'waits'));
  await editor.connection.sendRequest('shutdown');
  expect(isRunning('sleep', '86423')).toBe(false);
  await editor.connection.sendNotification('exit');
  expect(await ended).toBe(0);
});

test('ends with its runs when the editor is gone without a word', async () => {
  const workspace = await repository();
  const { editor, process: child, ended } = startSidecar(await temporaryFolder());
  await editor.initialize(workspace);
  await whileCommandRuns(editor, await startScenario(editor, workspace, 'waits'));
  child.stdin?.end();
  expect(await ended).toBe(1);
  expect(isRunning('sleep', '86423')).toBe(false);
});

test('shows a run as interrupted after it was killed, and goes on with it', async () => {
  const workspace = await repository();
  const lokiHome = await temporaryFolder();
  const first = startSidecar(lokiHome);
  await first.editor.initialize(workspace);
  const runId = await startScenario(first.editor, workspace, 'waits');
  await whileCommandRuns(first.editor, runId);
  const before = first.editor.eventsOf(runId).length;
  first.process.kill('SIGKILL');
  await first.ended;

  const second = startSidecar(lokiHome);
  await second.editor.initialize(workspace);
  const { runs } = await second.editor.ask(runList, { workspace });
  expect(runs).toMatchObject([{ runId, state: 'interrupted', reason: expect.stringContaining('act') as string }]);
  const { events } = await second.editor.ask(runEvents, { workspace, runId, after: 0 });
  expect(events.length).toBeGreaterThanOrEqual(before);
  await until(() => !isRunning('sleep', '86423'));

  expect(await second.editor.ask(runResume, { workspace, runId })).toEqual({ kind: 'started', runId });
  const more = await second.editor.until(() => second.editor.eventsOf(runId)[0]);
  expect(more.number).toBe(events.length + 1);
});

test('makes a copy of the sample for a demonstration', async () => {
  const { editor } = startSidecar(await temporaryFolder());
  await editor.initialize('/');
  const demo = await editor.ask(demoOpen, {});
  onTestFinished(async () => await rm(demo.workspace, { recursive: true, force: true }));
  expect(demo).toMatchObject({ scenario: 'sample' });
  expect(await editor.ask(workspaceRead, { workspace: demo.workspace })).toMatchObject({ obstacle: null });
});
