import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { runAccept, runDiscard } from '#protocol/task';
import { workspaceRead } from '#protocol/workspace';
import { temporaryFolder } from '../temporaryFolder.ts';
import { openEdge, repository, resultOf, startScenario } from './edge.ts';
import type { Editor } from './editor.ts';

describe('a workspace', () => {
  test.each([
    ['no repository', async () => await temporaryFolder({ 'a.txt': '' }), 'not_a_repository', /git init/],
    [
      'a broken profile',
      async () => await repository({ '.loki/config.yaml': 'gates: { profile: strict }\n' }),
      'config_invalid',
      /no gate profile called "strict"/,
    ],
    [
      'a broken configuration',
      async () => await repository({ '.loki/config.yaml': 'cost:\n  max_per_task: many\n' }),
      'config_invalid',
      /\.loki\/config\.yaml:2:17/,
    ],
    [
      'a broken policies file',
      async () => await repository({ '.loki/policies.yaml': 'mode: monitor\nrule: []\n' }),
      'config_invalid',
      /\.loki\/policies\.yaml:2:1: unknown key "rule"/,
    ],
  ])('with %s says what to do', async (_, make, code, words) => {
    const workspace = await make();
    const { editor } = await openEdge(workspace);
    const { obstacle } = await editor.ask(workspaceRead, { workspace });
    expect(obstacle).toMatchObject({ code, message: expect.stringMatching(words) as string });
  });

  test('names its profiles, its provider and how commands are confined', async () => {
    const workspace = await repository({ '.loki/gates/strict.conf': '[gates]\ntests = required\n' });
    const { editor } = await openEdge(workspace, { env: { ANTHROPIC_API_KEY: 'sk-x', OLLAMA_HOST: '127.0.0.1:9' } });
    const state = await editor.ask(workspaceRead, { workspace });
    expect(state).toMatchObject({
      profiles: ['default', 'strict'],
      defaultProvider: 'anthropic',
      defaultProfile: 'default',
    });
    expect(state.providers.map(({ name, isReady }) => [name, isReady])).toEqual([
      ['anthropic', true],
      ['openai', false],
      ['google', false],
      ['ollama', false],
      ['lmstudio', false],
      ['vllm', false],
      ['demo', true],
    ]);
  });
});

test('every problem of a configuration stands at its place until it is mended', async () => {
  const workspace = await repository({ '.loki/config.yaml': 'scope: {}\ncosts: 1\nrun: { max_cycles: none }\n' });
  const { editor } = await openEdge(workspace);
  const uri = pathToFileURL(path.join(workspace, '.loki/config.yaml')).href;
  const found = await editor.until(() => nonEmpty(editor, uri));
  expect(
    found.map(({ range, source, severity }) => [range.start.line, range.start.character, source, severity]),
  ).toEqual([
    [2, 19, 'loki', 1],
    [1, 0, 'loki', 1],
  ]);
  await writeFile(path.join(workspace, '.loki/config.yaml'), 'scope: {}\n');
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
  await editor.until(() => (editor.diagnostics.get(uri)?.length === 0 ? true : undefined));
});

describe('the findings of a run', () => {
  const userFile = (workspace: string): string => pathToFileURL(path.join(workspace, 'src/notes.txt')).href;

  test('stand in the worktree while the user has something else, and move to the user when it is accepted', async () => {
    const workspace = await repository({ 'src/notes.txt': 'other\n', '.loki/config.yaml': 'run: { max_cycles: 1 }\n' });
    const { editor } = await openEdge(workspace);
    const runId = await startScenario(editor, workspace, 'finds');
    await resultOf(editor, runId);
    const [uri, [diagnostic]] = await editor.until(() => shownFinding(editor));
    expect(uri).toContain('/worktrees/');
    expect(diagnostic).toMatchObject({
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 6 } },
      source: 'loki',
      code: 'review',
      severity: 2,
      message: 'The second line says nothing',
    });
    await editor.ask(runAccept, { workspace, runId, evenIfBlocked: true });
    await editor.until(() => nonEmpty(editor, userFile(workspace)));
    expect(editor.diagnostics.get(uri)).toEqual([]);

    // Once the user's file says something else, the finding is about nothing there.
    await writeFile(path.join(workspace, 'src/notes.txt'), 'changed\n');
    const change = { uri: userFile(workspace), type: 2 };
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [change] });
    await editor.until(() => (editor.diagnostics.get(userFile(workspace))?.length === 0 ? true : undefined));
  });

  test('can be explained and mended from their place, and go when the result is discarded', async () => {
    const workspace = await repository({ 'src/notes.txt': 'other\n', '.loki/config.yaml': 'run: { max_cycles: 1 }\n' });
    const { editor } = await openEdge(workspace);
    const runId = await startScenario(editor, workspace, 'finds');
    await resultOf(editor, runId);
    const [uri, diagnostics] = await editor.until(() => shownFinding(editor));
    const range = diagnostics[0]?.range;
    const actions: CodeAction[] = await editor.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [...diagnostics, { range, message: 'of another', source: 'eslint' }] },
    });
    expect(actions.map(({ title, command }) => [title, command?.command, command?.arguments?.slice(1)])).toEqual([
      ['Explain', 'loki.explainFinding', [runId, workspace]],
      ['Fix with Loki', 'loki.fixFinding', [runId, workspace]],
    ]);
    await editor.ask(runDiscard, { workspace, runId, withForeignCommits: false });
    await editor.until(() => (editor.diagnostics.get(uri)?.length === 0 ? true : undefined));
  });
});

function nonEmpty(editor: Editor, uri: string): readonly Diagnostic[] | undefined {
  const found = editor.diagnostics.get(uri) ?? [];
  return found.length === 0 ? undefined : found;
}

function shownFinding(editor: Editor): readonly [string, readonly Diagnostic[]] | undefined {
  return [...editor.diagnostics].find(([, found]) => found.some(({ code }) => code === 'review'));
}
