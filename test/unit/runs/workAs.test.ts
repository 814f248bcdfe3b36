import { describe, expect, test } from 'vitest';
import type { RunEvent } from '#protocol/run';
import type { Agent } from '../../../server/src/agents/agent.ts';
import { newRunId, newTaskId } from '../../../server/src/base/id.ts';
import type { ActionResult } from '../../../server/src/gateway/actionResult.ts';
import type { Gateway } from '../../../server/src/gateway/gateway.ts';
import type { ModelResult, PricedModel } from '../../../server/src/gateway/modelGateway.ts';
import { parseCall } from '../../../server/src/gateway/parseCall.ts';
import type { ModelRequest, ProposedCall } from '../../../server/src/models/conversation.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { workAs, type AgentEnding } from '../../../server/src/runs/workAs.ts';
import { catalog } from '../../../server/src/tools/catalog.ts';
import { unitRates } from '../cost/aRequest.ts';

const agent: Agent = {
  name: 'implementer',
  swarm: 'engineering',
  phase: 'act',
  tier: 'balanced',
  tools: ['read_file', 'write_file', 'run_command', 'report_finding', 'finish'],
  instructions: 'You implement.',
};

const known = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
const endpoint: Endpoint = {
  ...known,
  api: null,
  baseUrl: null,
  proxy: null,
  region: null,
  isSimulated: false,
  pricedAs: known,
};

interface Worked {
  readonly ending: AgentEnding;
  readonly requests: readonly ModelRequest[];
  readonly asked: readonly string[];
  readonly told: readonly RunEvent[];
}

const said = (text: string, calls: readonly ProposedCall[] = []): ModelResult => ({
  kind: 'answered',
  text,
  calls,
  finish: calls.length === 0 ? 'stop' : 'calls',
});

const call = (tool: string, input: unknown): ProposedCall => ({ kind: 'call', callId: tool, tool, input });

const neverCalled = async (): Promise<never> => {
  throw new Error('an agent proposes, and asks its model by the gateway');
};

/** An agent whose model answers what is given, one after the other, and whose writes are refused. */
async function work(
  answers: readonly ModelResult[],
  maxSteps = 10,
  cheaper: PricedModel | null = null,
): Promise<Worked> {
  const requests: ModelRequest[] = [];
  const asked: string[] = [];
  const told: RunEvent[] = [];
  const propose: Gateway['propose'] = async (_situation, proposed, offered) => {
    const parsed = parseCall(proposed, offered);
    if (parsed.kind === 'invalid') return { action: null, result: parsed };
    if (parsed.action.kind === 'command') {
      const performed = { kind: 'failed', text: 'undone', quarantined: ['.claude'] } as const;
      return { action: parsed.action, result: { kind: 'failed', reason: 'undone', performed } };
    }
    const result: ActionResult =
      parsed.action.kind === 'file_write'
        ? { kind: 'refused', reason: 'it carries a secret', remedy: null }
        : { kind: 'done', text: 'done' };
    return { action: parsed.action, result };
  };
  const ending = await workAs(
    {
      gateway: { propose, askTogether: async () => undefined, act: neverCalled },
      models: {
        request: async (_situation, model, request) => {
          requests.push(request);
          asked.push(model.model.endpoint.model);
          return answers[requests.length - 1] ?? { kind: 'cancelled' };
        },
      },
      declarations: catalog,
      redact: async (text) => text.replaceAll('hunter2', '«x»'),
      tell: (event) => void told.push(event),
      maxSteps,
    },
    {
      agent,
      situation: {
        runId: newRunId(),
        taskId: newTaskId(),
        actor: { kind: 'agent', name: agent.name, swarm: agent.swarm },
        phase: 'act',
        cycle: 1,
        why: 'because',
      },
      model: { model: { endpoint, send: neverCalled }, rates: unitRates },
      cheaper,
      instructions: 'You implement.',
      opening: 'Task: log in',
    },
    new AbortController().signal,
  );
  return { ending, requests, asked, told };
}

describe('an agent at work', () => {
  test('goes on after a refused write: the secret in it is in no later request, event, finding or summary', async () => {
    const { ending, requests, told } = await work([
      said('The password is hunter2.', [call('write_file', { path: 'a.ts', content: 'hunter2' })]),
      said('', [call('report_finding', { severity: 'high', message: 'hunter2 is in a.ts' })]),
      said('', [call('finish', { summary: 'I used hunter2.' })]),
    ]);
    expect(JSON.stringify([ending, requests, told])).not.toContain('hunter2');
    expect(ending).toMatchObject({
      kind: 'finished',
      summary: 'I used «x».',
      findings: [{ severity: 'high', message: '«x» is in a.ts' }],
    });
  });

  test('is stopped when a command of its own changed what agents may not change', async () => {
    const { ending, requests } = await work([
      said('', [call('run_command', { command: 'node build.js' })]),
      said('', [call('finish', { summary: 'Done.' })]),
    ]);
    expect(ending).toMatchObject({ kind: 'paused', reason: expect.stringContaining('.claude') });
    expect(requests).toHaveLength(1);
  });

  test('is reminded once when it calls nothing, and is done when it calls nothing again', async () => {
    const { ending, requests } = await work([said('I think.'), said('All is well.')]);
    expect(ending).toEqual({ kind: 'finished', summary: 'All is well.', findings: [] });
    expect(requests.at(-1)?.turns.at(-1)).toMatchObject({
      role: 'user',
      text: expect.stringMatching(/call finish/) as string,
    });
  });

  test('is stopped when it used all its steps', async () => {
    const again = said('', [call('read_file', { path: 'a.ts' })]);
    const { ending } = await work([again, again, again], 2);
    expect(ending).toEqual({ kind: 'stopped', reason: 'it used all 2 steps', findings: [] });
  });

  const small: PricedModel = {
    model: { endpoint: { ...endpoint, model: 'small' }, send: neverCalled },
    rates: unitRates,
  };
  const finished = said('', [call('finish', { summary: 'Done.' })]);

  test('stays with the cheaper model as long as that does', async () => {
    const { ending, asked } = await work([said('', [call('read_file', { path: 'a.ts' })]), finished], 10, small);
    expect(ending).toMatchObject({ kind: 'finished' });
    expect(asked).toEqual(['small', 'small']);
  });

  test.each([
    ['fails', { kind: 'failed', code: 'provider_refused', message: 'no such model' }],
    ['calls what does not exist', said('', [{ kind: 'malformed', callId: 'x', tool: 'y', problem: 'no such tool' }])],
    ['refuses', { kind: 'answered', text: 'No.', calls: [], finish: 'refused' }],
  ] as const)('goes on with the model it is meant to have when the cheaper one %s', async (_, answer) => {
    const { ending, asked, requests, told } = await work([answer, finished], 10, small);
    expect(ending).toMatchObject({ kind: 'finished', summary: 'Done.' });
    expect(asked).toEqual(['small', known.model]);
    // It starts from where the cheaper one was asked.
    expect(requests[1]?.turns).toEqual(requests[0]?.turns);
    expect(told).toContainEqual(expect.objectContaining({ type: 'notice', level: 'warning' }));
  });
});
