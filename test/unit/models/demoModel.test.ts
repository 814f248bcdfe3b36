import path from 'node:path';
import { expect, it } from 'vitest';
import { boundInputTokens } from '../../../server/src/cost/bound.ts';
import type { ModelAnswer, ModelRequest, Turn } from '../../../server/src/models/conversation.ts';
import { readScenario } from '../../../server/src/models/demo/loadScenario.ts';
import { parseScenario, type Scenario } from '../../../server/src/models/demo/scenario.ts';
import { loadModel } from '../../../server/src/models/load.ts';
import { modelPermit, requestWith } from './modelPermit.ts';

const talkative = parseScenario(
  `name: talkative
about: a test
simulates: { provider: anthropic, model: claude-sonnet-4-5 }
agents:
  implementer:
    - - { say: '${'All this is said. '.repeat(40).trim()}', calls: [{ tool: read_file, input: { path: a } }] }
`,
  'talkative.yaml',
);

async function ask(scenario: Scenario, request: ModelRequest, maxOutputTokens?: number): Promise<ModelAnswer> {
  const model = loadModel({ kind: 'demo', scenario });
  return model.send(
    modelPermit(model.endpoint, request, maxOutputTokens),
    request,
    () => undefined,
    AbortSignal.timeout(20_000),
  );
}

it('counts the same for the same request, at least one token and never more than its bound', async () => {
  const texts = ['', 'x'.repeat(10_000), '日本語'.repeat(2000), '\u{1F600}\n"\\'.repeat(500)];
  for (const text of texts) {
    const request = requestWith({ turns: [{ role: 'user', text }] });
    const [first, second] = [await ask(talkative, request), await ask(talkative, request)];
    expect(first).toEqual(second);
    const usage = first.kind === 'answered' ? first.usage : null;
    expect(usage?.input).toBeGreaterThanOrEqual(1);
    expect(usage?.input).toBeLessThan(boundInputTokens(request));
    expect(usage?.output).toBeLessThanOrEqual(4096);
  }
});

it('stops at the permitted length, and what it was about to call is lost', async () => {
  const answer = await ask(talkative, requestWith(), 20);
  expect(answer).toMatchObject({ kind: 'answered', calls: [], finish: 'length', usage: { output: 20 } });
});

it('tells piece by piece, and a cancel stops it at once', async () => {
  const model = loadModel({ kind: 'demo', scenario: talkative, paceMs: 50 });
  const cancel = new AbortController();
  const pieces: string[] = [];
  const request = requestWith();
  const onText = (piece: string) => {
    pieces.push(piece);
    if (pieces.length === 2) cancel.abort();
  };
  const answer = await model.send(modelPermit(model.endpoint, request), request, onText, cancel.signal);
  expect(answer).toEqual({ kind: 'cut', usage: null, because: 'cancelled' });
  expect(pieces).toEqual(['All ', 'this ']);
});

it('is marked as simulated, has no address and borrows a real model’s prices', () => {
  expect(loadModel({ kind: 'demo', scenario: talkative }).endpoint).toEqual({
    provider: 'demo',
    model: 'scripted:talkative',
    api: null,
    baseUrl: null,
    proxy: null,
    region: null,
    isSimulated: true,
    pricedAs: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  });
});

it('sends its malformed calls through the same door as a real model’s', async () => {
  const scenario = await readScenario(path.resolve('test/scenario/scenarios/malformed-call.yaml'));
  const turns: Turn[] = [{ role: 'user', text: 'Go.' }];
  const kinds: string[] = [];
  for (let step = 0; step < 5; step += 1) {
    const answer = await ask(scenario, requestWith({ turns: [...turns] }));
    if (answer.kind !== 'answered') break;
    kinds.push(...answer.calls.map(({ kind, tool }) => `${kind} ${tool}`));
    const results = answer.calls.map(({ callId, tool }) => ({
      callId,
      tool,
      output: { kind: 'text', text: 'ok' } as const,
    }));
    turns.push({ role: 'assistant', text: answer.text, calls: answer.calls }, { role: 'tool', results });
  }
  // Only read_file is declared in these requests, so finish is no tool either.
  expect(kinds).toEqual([
    'malformed open_portal',
    'malformed read_file',
    'call read_file',
    'call read_file',
    'malformed finish',
  ]);
});
