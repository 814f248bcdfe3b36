import { afterEach, describe, expect, it } from 'vitest';
import type { ModelAnswer } from '../../server/src/models/conversation.ts';
import { modelPermit, requestWith } from '../unit/models/modelPermit.ts';
import { modelAt, wireProviders } from './providers.ts';
import type { WireServer } from './wireScript.ts';

// What servers count in ways of their own. Money is settled by it, so what is doubtful is not measured, and what they
// name beside the output is output all the same.

let server: WireServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

type Api = 'anthropic' | 'responses' | 'chat' | 'google';

async function usageIn(api: Api, ...events: readonly object[]): Promise<unknown> {
  const provider = wireProviders.find((known) => known.api === api);
  if (provider === undefined) throw new Error(`nobody speaks ${api}`);
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  server = await provider.start([
    { match: /./, turns: [{ kind: 'bytes', contentType: 'text/event-stream', body: `${body}data: [DONE]\n\n` }] },
  ]);
  const model = modelAt(provider, server.baseUrl);
  const request = requestWith();
  const permit = modelPermit(model.endpoint, request);
  const answer: ModelAnswer = await model.send(permit, request, () => undefined, AbortSignal.timeout(20_000));
  expect(answer).toMatchObject({ kind: 'answered' });
  return answer.kind === 'answered' ? answer.usage : null;
}

describe('chat completions', () => {
  const said = (usage: object | null, content = 'hi', finish: string | null = null) => ({
    id: 'c',
    created: 1,
    model: 'x',
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
    ...(usage === null ? {} : { usage }),
  });
  const last = (usage: object | null) => said(usage, '', 'stop');
  const plain = { cacheRead: 0, cacheWrite: 0 };

  const cases: readonly (readonly [string, readonly object[], object | null])[] = [
    [
      'thinking that is counted beside the output is output (xAI)',
      [
        said(null),
        last({
          prompt_tokens: 32,
          completion_tokens: 9,
          total_tokens: 135,
          completion_tokens_details: { reasoning_tokens: 94 },
        }),
      ],
      { ...plain, input: 32, output: 103 },
    ],
    [
      'the same without a total',
      [
        said(null),
        last({ prompt_tokens: 32, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 94 } }),
      ],
      { ...plain, input: 32, output: 103 },
    ],
    [
      'thinking that only the total knows is output (Google)',
      [said(null), last({ prompt_tokens: 32, completion_tokens: 9, total_tokens: 135 })],
      { ...plain, input: 32, output: 103 },
    ],
    [
      'thinking within the output is not counted twice',
      [
        said(null),
        last({
          prompt_tokens: 32,
          completion_tokens: 103,
          total_tokens: 135,
          completion_tokens_details: { reasoning_tokens: 94 },
        }),
      ],
      { ...plain, input: 32, output: 103 },
    ],
    [
      'what was written to a cache is known',
      [
        said(null),
        last({
          prompt_tokens: 32,
          completion_tokens: 9,
          prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 20 },
        }),
      ],
      { input: 32, output: 9, cacheRead: 4, cacheWrite: 20 },
    ],
    [
      'what xAI says that it charged, in its ticks',
      [
        said(null),
        last({
          prompt_tokens: 10_120,
          completion_tokens: 1499,
          total_tokens: 14_428,
          completion_tokens_details: { reasoning_tokens: 2809 },
          cost_in_usd_ticks: 232_856_001,
        }),
      ],
      { ...plain, input: 10_120, output: 4308, charged: 23_286 },
    ],
    [
      'what OpenRouter says that it charged',
      [said(null), last({ prompt_tokens: 32, completion_tokens: 9, cost: 0.0021, is_byok: false, cost_details: null })],
      { ...plain, input: 32, output: 9, charged: 2100 },
    ],
    [
      'and what the provider behind it charges for a key of its own',
      [
        said(null),
        last({
          prompt_tokens: 32,
          completion_tokens: 9,
          cost: 0.0001,
          is_byok: true,
          cost_details: { upstream_inference_cost: 0.002 },
        }),
      ],
      { ...plain, input: 32, output: 9, charged: 2100 },
    ],
    [
      'a cost that cannot be is not believed, nor is anything with it',
      [said(null), last({ prompt_tokens: 32, completion_tokens: 9, cost: -1, is_byok: false })],
      null,
    ],
    [
      'a cost in a unit that nobody knows says nothing',
      [said(null), last({ prompt_tokens: 32, completion_tokens: 9, cost: 12 })],
      { ...plain, input: 32, output: 9 },
    ],
    ['words that are not counted were not free', [said(null), last({ prompt_tokens: 32 })], null],
    ['words for zero tokens were not free', [said(null), last({ prompt_tokens: 32, completion_tokens: 0 })], null],
    [
      'counts of every event are believed as long as they grow',
      [said({ prompt_tokens: 32, completion_tokens: 1 }), last({ prompt_tokens: 32, completion_tokens: 9 })],
      { ...plain, input: 32, output: 9 },
    ],
    [
      'a later count that is smaller is not believed',
      [said({ prompt_tokens: 32, completion_tokens: 900 }), last({ prompt_tokens: 32, completion_tokens: 9 })],
      null,
    ],
    [
      'nor is one that has lost some of the input',
      [said({ prompt_tokens: 3200, completion_tokens: 1 }), last({ prompt_tokens: 32, completion_tokens: 9 })],
      null,
    ],
  ];
  it.each(cases)('%s', async (_, events, expected) => {
    expect(await usageIn('chat', ...events)).toEqual(expected);
  });
});

describe('Google', () => {
  const part = (usageMetadata: object, finishReason?: string) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason }],
    usageMetadata,
  });

  it.each([
    [
      'thoughts are output, and what tools were told is input',
      [
        part({ promptTokenCount: 50, thoughtsTokenCount: 7 }),
        part(
          {
            promptTokenCount: 50,
            candidatesTokenCount: 3,
            thoughtsTokenCount: 7,
            toolUsePromptTokenCount: 5,
            cachedContentTokenCount: 20,
            totalTokenCount: 65,
          },
          'STOP',
        ),
      ],
      { input: 55, output: 10, cacheRead: 20, cacheWrite: 0 },
    ],
    [
      'a last event that forgets the output is not believed',
      [part({ promptTokenCount: 50, candidatesTokenCount: 30 }), part({ promptTokenCount: 50 }, 'STOP')],
      null,
    ],
  ])('%s', async (_, events, expected) => {
    expect(await usageIn('google', ...events)).toEqual(expected);
  });
});

describe('Anthropic', () => {
  const start = (usage: object) => ({
    type: 'message_start',
    message: { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], usage },
  });
  const text = [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
    { type: 'content_block_stop', index: 0 },
  ];
  const end = (usage: object) => [
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ];

  it('input comes from the start and output from the end, cached tokens included', async () => {
    const opening = start({
      input_tokens: 10,
      output_tokens: 1,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 0 },
      server_tool_use: { web_search_requests: 0 },
    });
    expect(await usageIn('anthropic', opening, ...text, ...end({ output_tokens: 4 }))).toEqual({
      input: 22,
      output: 4,
      cacheRead: 5,
      cacheWrite: 7,
    });
  });

  it.each([
    ['an hour-long cache', { cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 7 } }],
    ['searches', { server_tool_use: { web_search_requests: 1 } }],
  ])('what %s costs is not in the prices, and is not left out', async (_, more) => {
    const opening = start({ input_tokens: 10, output_tokens: 1, cache_creation_input_tokens: 7, ...more });
    expect(await usageIn('anthropic', opening, ...text, ...end({ output_tokens: 4 }))).toBeNull();
  });

  it('words for zero tokens were not free', async () => {
    const opening = start({ input_tokens: 10, output_tokens: 0 });
    expect(await usageIn('anthropic', opening, ...text, ...end({ output_tokens: 0 }))).toBeNull();
  });
});
