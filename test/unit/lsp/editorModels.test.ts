import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  editorModelAsk,
  editorModelList,
  modelList,
  type EditorModelAnswer,
  type EditorModelRequest,
} from '#protocol/model';
import { runStart } from '#protocol/task';
import { createEditorModels } from '../../../server/src/lsp/editorModels.ts';
import type { Rpc } from '../../../server/src/lsp/rpc.ts';
import { requestWith } from '../models/modelPermit.ts';
import { openEdge, repository, resultOf } from './edge.ts';

const priced = 'models: { prices: { "copilot/small": { input: 1, output: 2 } } }\n';

/** An editor whose model answers what is given, and a run that asks it. */
async function runWith(answer: (request: EditorModelRequest) => EditorModelAnswer, config = priced) {
  const workspace = await repository();
  const { editor, lokiHome } = await openEdge(workspace);
  await writeFile(path.join(lokiHome, 'config.yaml'), config);
  const requests: EditorModelRequest[] = [];
  editor.connection.onRequest(editorModelList.method, () => ({ models: ['copilot/small'] }));
  editor.connection.onRequest(editorModelAsk.method, (params: unknown): unknown => {
    const request = editorModelAsk.params.parse(params);
    requests.push(request);
    return answer(request);
  });
  const started = await editor.ask(runStart, {
    workspace,
    task: 'Say hello',
    provider: 'vscode',
    model: 'copilot/small',
    profile: null,
    includeChanges: false,
    scenario: null,
  });
  return { editor, workspace, requests, started };
}

test('the editor’s models are listed with what else is there', async () => {
  const workspace = await repository();
  const { editor } = await openEdge(workspace, { env: { ANTHROPIC_API_KEY: 'k' } });
  editor.connection.onRequest(editorModelList.method, () => ({ models: ['copilot/small'] }));
  const { providers } = await editor.ask(modelList, { workspace });
  expect(providers.find(({ name }) => name === 'vscode')).toMatchObject({
    isReady: true,
    models: [{ name: 'copilot/small', tier: null }],
  });
  expect(providers.find(({ name }) => name === 'anthropic')?.models.map(({ tier }) => tier)).toEqual([
    'fast',
    'balanced',
    'best',
  ]);
  expect(providers.find(({ name }) => name === 'openai')).toMatchObject({ isReady: false, lacksKey: true, models: [] });
});

test('a run asks an editor’s model like any other: decided, reserved and recorded before it is asked', async () => {
  const finish: EditorModelAnswer = {
    kind: 'answered',
    text: 'Fine.',
    calls: [{ callId: 'x', tool: 'finish', input: { summary: 'Done.' } }],
  };
  const { editor, workspace, requests, started } = await runWith(() => finish);
  if (started.kind !== 'started') throw new Error(started.failure.message);
  const { result } = await resultOf(editor, started.runId);
  expect(result).toMatchObject({ status: 'finished', simulated: false });
  expect(requests.length).toBeGreaterThan(2);
  expect(requests[0]).toMatchObject({ model: 'copilot/small', turns: [{ role: 'user' }] });
  const log = await readFile(path.join(workspace, '.loki/audit/audit.jsonl'), 'utf8');
  const entries = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { what: string; metadata: Record<string, unknown> });
  const calls = entries.filter(({ what }) => what === 'model_call').map(({ metadata }) => metadata);
  expect(calls.filter(({ stage }) => stage === 'intent')).toHaveLength(requests.length);
  expect(calls[0]).toMatchObject({ provider: 'vscode', model: 'copilot/small', decision: 'ALLOW' });
  // The editor tells no counts: unmeasured, and paid for in full.
  expect(calls[1]).toMatchObject({ stage: 'outcome', input_tokens: null });
  expect(calls[1]?.['cost_usd']).toBeGreaterThan(0);
});

test('a model without a configured price is not asked', async () => {
  const { started, requests } = await runWith(() => ({ kind: 'failed', why: 'x', isSent: false }), '');
  expect(started).toMatchObject({ kind: 'failed', failure: { code: 'price_unknown' } });
  expect(requests).toEqual([]);
});

test('where residency restricts regions the editor’s models are refused: nobody knows where they work', async () => {
  const config = `${priced}residency: { allowed_regions: [us] }\n`;
  const { editor, requests, started } = await runWith(() => ({ kind: 'failed', why: 'x', isSent: false }), config);
  if (started.kind !== 'started') throw new Error(started.failure.message);
  expect((await resultOf(editor, started.runId)).result).toMatchObject({ status: 'failed' });
  expect(requests).toEqual([]);
});

test('of a flood of calls from the editor’s model only so many are taken, and one says so', async () => {
  const calls = Array.from({ length: 500 }, () => ({ callId: 'same', tool: 'read_file', input: { path: 'a' } }));
  const rpc = { ask: async () => ({ kind: 'answered', text: '', calls }) } as unknown as Rpc;
  const answer = await createEditorModels(rpc).ask('copilot/small', requestWith(), 100, new AbortController().signal);
  const taken = answer.kind === 'answered' ? answer.calls : [];
  expect(taken.filter(({ kind }) => kind === 'call')).toHaveLength(100);
  expect(taken.slice(100)).toMatchObject([{ kind: 'malformed' }]);
  expect(new Set(taken.map(({ callId }) => callId)).size).toBe(101);
});
