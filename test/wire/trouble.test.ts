import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelAnswer } from '../../server/src/models/conversation.ts';
import { modelPermit, requestWith } from '../unit/models/modelPermit.ts';
import { modelAt, testKey, wireProviders } from './providers.ts';
import { trouble } from './troubledBodies.ts';
import type { WireServer, WireTurn } from './wireScript.ts';

// Everything that providers do wrong, and what people are told about it.

let server: WireServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

const promptText = 'the launch code of the prompt';
const request = requestWith({ turns: [{ role: 'user', text: promptText }] });

describe.each(wireProviders)('$name ($api)', (provider) => {
  const { api, start, variable } = provider;

  async function ask(turn: WireTurn, signal = AbortSignal.timeout(20_000), stallMs = 10_000): Promise<ModelAnswer> {
    server = await start([{ match: /./, turns: [turn] }]);
    const model = modelAt(provider, server.baseUrl, stallMs);
    return model.send(modelPermit(model.endpoint, request), request, () => undefined, signal);
  }

  /** What a provider that quotes everything it got would answer. */
  const leaky = (type: string) =>
    JSON.stringify({ type: 'error', error: { type, message: `${type}: key ${testKey}, prompt "${promptText}"` } });
  const failed = { kind: 'failed', isRetryable: false, retryAfterMs: null, isUnbilled: true };
  const refused = { ...failed, code: 'provider_refused' };

  const statuses: readonly (readonly [WireTurn & { kind: 'status' }, object])[] = [
    [status(401, leaky('authentication_error')), { ...refused, message: expect.stringContaining(variable) as string }],
    [status(403, leaky('permission_error')), { ...refused, message: expect.stringContaining(variable) as string }],
    [
      status(404, leaky('not_found_error')),
      { ...refused, message: expect.stringMatching(/no model .*--model/) as string },
    ],
    [
      status(400, leaky('invalid_request_error')),
      { ...refused, message: expect.stringContaining('invalid_request_error') as string },
    ],
    [
      status(400, '{"error":{"message":"prompt is too long: 250000 tokens > 200000 maximum"}}'),
      { ...refused, message: expect.stringContaining('longer than') as string },
    ],
    [
      status(400, '{"error":{"message":"maximum context length is 8192 tokens","code":"context_length_exceeded"}}'),
      { ...refused, message: expect.stringContaining('longer than') as string },
    ],
    [
      status(400, '{"error":{"message":"Your credit balance is too low"}}'),
      { ...refused, message: expect.stringContaining('credit') as string },
    ],
    [
      status(429, '{"error":{"code":"insufficient_quota"}}'),
      { ...refused, message: expect.stringContaining('credit') as string },
    ],
    [
      status(429, leaky('rate_limit_error'), { 'retry-after': '7' }),
      { ...refused, isRetryable: true, retryAfterMs: 7000 },
    ],
    [status(429, 'not even JSON'), { ...refused, isRetryable: true }],
    [status(429, '{}', { 'retry-after': 'soon' }), { ...refused, isRetryable: true }],
    [
      status(529, leaky('overloaded_error'), { 'retry-after-ms': '250' }),
      { ...refused, isRetryable: true, retryAfterMs: 250 },
    ],
    [status(500, leaky('api_error')), { ...refused, isRetryable: true, isUnbilled: false }],
    [status(503, '<html>'), { ...refused, isRetryable: true, isUnbilled: false }],
    [
      status(307, '', { location: 'http://127.0.0.1:9/elsewhere' }),
      { ...refused, message: expect.stringContaining('redirect') as string },
    ],
  ];
  it.each(statuses)('status $status is answered for people (%#)', async (turn, expected) => {
    const answer = await ask(turn);
    expect(answer).toMatchObject(expected);
    expectNothingLeaked(answer);
  });

  it('a stream of errors is a failure that may be billed', async () => {
    const body = trouble[api].error(leaky('overloaded_error'));
    const answer = await ask({ kind: 'bytes', contentType: 'text/event-stream', body });
    expect(answer).toMatchObject({ kind: 'failed', code: 'provider_refused', isRetryable: true });
    expectNothingLeaked(answer);
  });

  const garbage: readonly (readonly [string, string, string])[] = [
    ['a page', 'text/html', `<h1>${promptText}</h1>`],
    ['JSON instead of a stream', 'application/json', '{"choices":[]}'],
    ['events that are not JSON', 'text/event-stream', `data: {"type": ${promptText}\n\n`],
    // Every member of Google's events is optional, so there an event of another kind says nothing and the answer breaks off.
    ...(api === 'google' ? [] : ([['events of another kind', 'text/event-stream', 'data: {"hello": 1}\n\n']] as const)),
  ];
  it.each(garbage)('%s is a malformed answer', async (_, contentType, body) => {
    const answer = await ask({ kind: 'bytes', contentType, body });
    expect(answer).toMatchObject({ kind: 'failed', code: 'provider_malformed', isRetryable: false, isUnbilled: false });
    expectNothingLeaked(answer);
  });

  it.each([false, true])(
    'an answer that breaks off is cut, also when it ends without a word (%s)',
    async (gracefully) => {
      expect(await ask({ kind: 'cut', text: 'Half of', gracefully })).toEqual({
        kind: 'cut',
        usage: null,
        because: 'stream',
      });
    },
  );

  it('calls of an answer that broke off do not count', async () => {
    const answer = await ask({ kind: 'bytes', contentType: 'text/event-stream', body: trouble[api].tornCall });
    expect(answer).toEqual({ kind: 'cut', usage: null, because: 'stream' });
  });

  it('a server that says nothing at all is unreachable after the time-out', async () => {
    const answer = await ask({ kind: 'stall', text: null }, undefined, 100);
    expect(answer).toMatchObject({
      kind: 'failed',
      code: 'provider_unreachable',
      isRetryable: true,
      isUnbilled: false,
    });
  });

  it('a server that falls silent in the middle is cut after the time-out', async () => {
    expect(await ask({ kind: 'stall', text: 'Well' }, undefined, 100)).toEqual({
      kind: 'cut',
      usage: null,
      because: 'stream',
    });
  });

  it.each(['Well', null])('a cancel ends the request at once (said before: %s)', async (text) => {
    const cancel = new AbortController();
    server = await start([{ match: /./, turns: [{ kind: 'stall', text }] }]);
    const model = modelAt(provider, server.baseUrl);
    const said = Promise.withResolvers<void>();
    const answer = model.send(modelPermit(model.endpoint, request), request, () => said.resolve(), cancel.signal);
    await (text === null ? requestAt(server) : said.promise);
    const at = performance.now();
    cancel.abort();
    expect(await answer).toEqual({ kind: 'cut', usage: null, because: 'cancelled' });
    expect(performance.now() - at).toBeLessThan(500);
  });

  it('a request that was cancelled before is not sent, and nothing is owed', async () => {
    const answer = await ask({ kind: 'answer', text: 'no' }, AbortSignal.abort());
    expect(answer).toEqual({ kind: 'unsent' });
    expect(server?.requests).toEqual([]);
  });

  it('an address where nothing listens is named, with what to do, and nothing is owed', async () => {
    const probe = createTcpServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    probe.close();
    await once(probe, 'close');
    const model = modelAt(provider, `http://127.0.0.1:${port}/v1`);
    const answer = await model.send(
      modelPermit(model.endpoint, request),
      request,
      () => undefined,
      AbortSignal.timeout(20_000),
    );
    expect(answer).toMatchObject({
      kind: 'failed',
      code: 'provider_unreachable',
      isUnbilled: true,
      isRetryable: false,
    });
    expect(answer).toMatchObject({
      message: expect.stringMatching(new RegExp(`127.0.0.1:${port}.*base_url`)) as string,
    });
  });

  it.each([
    ['negative', -1_000_000],
    ['broken', 1.5],
  ])('%s token counts are not counts', async (_, count) => {
    const body = trouble[api].counted(count);
    expect(await ask({ kind: 'bytes', contentType: 'text/event-stream', body })).toMatchObject({
      kind: 'answered',
      usage: null,
    });
  });
});

it('a provider that wants to be asked again for the rest of its answer is not: a request is reserved and permitted once', async () => {
  const google = wireProviders.find(({ api }) => api === 'google');
  if (google === undefined) throw new Error('there is no such provider');
  const candidate = {
    index: 0,
    content: { role: 'model', parts: [{ text: 'hi' }] },
    finishReason: 'CONTINUATION',
    continuationToken: 'more',
  };
  const body = `data: ${JSON.stringify({ candidates: [candidate] })}\n\n`;
  server = await google.start([
    {
      match: /./,
      turns: [
        { kind: 'bytes', contentType: 'text/event-stream', body },
        { kind: 'answer', text: 'more' },
      ],
    },
  ]);
  const model = modelAt(google, server.baseUrl);
  const answer = await model.send(
    modelPermit(model.endpoint, request),
    request,
    () => undefined,
    AbortSignal.timeout(20_000),
  );
  expect(answer).toMatchObject({ kind: 'failed', code: 'provider_malformed', isUnbilled: false });
  expect(server.requests).toHaveLength(1);
});

function status(code: number, body: string, headers: Readonly<Record<string, string>> = {}) {
  return { kind: 'status', status: code, body, headers } as const;
}

function expectNothingLeaked(answer: ModelAnswer): void {
  const text = JSON.stringify(answer);
  expect(text).not.toContain(testKey);
  expect(text).not.toContain(promptText);
}

/** Resolves once a server has a request. */
async function requestAt(server: WireServer): Promise<void> {
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
}
