import { createServer } from 'node:http';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelAnswer } from '../../server/src/models/conversation.ts';
import type { WireApi } from '../../server/src/models/settings.ts';
import { modelPermit, requestWith } from '../unit/models/modelPermit.ts';
import { modelAt, wireProviders } from './providers.ts';

// What each provider says in its own words when it will not or cannot answer, and what is made of that.

const stream = { 'content-type': 'text/event-stream' };
const events = (...values: readonly object[]): string =>
  values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');

/** What a provider's model makes of one HTTP answer. */
async function answerTo(
  api: WireApi,
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<ModelAnswer> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const provider = wireProviders.find((known) => known.api === api);
  if (provider === undefined) throw new Error(`there is no provider that speaks ${api}`);
  const model = modelAt(provider, `http://127.0.0.1:${port}/v1`);
  const request = requestWith();
  const permit = modelPermit(model.endpoint, request);
  return await model.send(permit, request, () => undefined, AbortSignal.timeout(20_000));
}

const error = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } });
const google = (code: number, message: string, details: readonly object[] = []): string =>
  error(message, { code, details });
const wait = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '32.5s' };
const quota = 'You exceeded your current quota, please check your plan and billing details.';

it.each<[string, WireApi, number, string, object]>([
  [
    'a wrong key of Google, which comes as a malformed request',
    'google',
    400,
    google(400, 'API key not valid. Please pass a valid API key.', [{ reason: 'API_KEY_INVALID' }]),
    { message: expect.stringContaining('refused the key') as string, isRetryable: false },
  ],
  [
    'too much in a minute at Google, which it calls a quota',
    'google',
    429,
    google(429, quota, [wait]),
    { isRetryable: true, retryAfterMs: 32_500, isUnbilled: true },
  ],
  [
    'a quota that is used up',
    'google',
    429,
    google(429, quota),
    { message: expect.stringContaining('credit') as string, isRetryable: false },
  ],
  [
    'a conversation of Anthropic that leaves no room for the answer',
    'anthropic',
    400,
    error('input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length'),
    { message: expect.stringContaining('longer than') as string },
  ],
  [
    'a conversation of Google that is too long',
    'google',
    400,
    google(400, 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'),
    { message: expect.stringContaining('longer than') as string },
  ],
  [
    'a server of one’s own whose context is smaller than what an answer may take',
    'chat',
    400,
    error("'max_tokens' is too large: 16000. This model's maximum context length is 8192 tokens"),
    { message: expect.stringContaining('longer than') as string },
  ],
  [
    'an old model of Anthropic that answers only shortly',
    'anthropic',
    400,
    error('max_tokens: 16000 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku'),
    { message: expect.stringContaining('answers as long') as string },
  ],
  [
    'an old model of OpenAI that answers only shortly',
    'chat',
    400,
    error('max_tokens is too large: 16000. This model supports at most 4096 completion tokens'),
    { message: expect.stringContaining('answers as long') as string },
  ],
])('%s says what to do', async (_, api, status, body, expected) => {
  expect(await answerTo(api, status, body, { 'content-type': 'application/json' })).toMatchObject({
    kind: 'failed',
    code: 'provider_refused',
    ...expected,
  });
});

it.each<[string, WireApi, number, string]>([
  ['Azure', 'chat', 400, error('The response was filtered', { code: 'content_filter', param: 'prompt' })],
  ['OpenAI', 'responses', 400, error('Invalid prompt: flagged', { code: 'invalid_prompt' })],
  ['Anthropic', 'anthropic', 400, error('Output blocked by content filtering policy')],
  ['Google', 'google', 200, events({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } })],
  [
    'OpenAI, in a stream',
    'responses',
    200,
    events({ type: 'error', sequence_number: 1, code: 'invalid_prompt', message: 'no' }),
  ],
])(
  'a filter of %s that objects to the words is a refusal, which no other provider is asked to undo',
  async (...given) => {
    const [, api, status, body] = given;
    const answer = await answerTo(api, status, body, status === 200 ? stream : { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ kind: 'answered', text: '', calls: [], finish: 'refused' });
  },
);

it('an error in a stream that was taken may be billed, whatever it says', async () => {
  const created = { type: 'response.created', response: { id: 'r', created_at: 1, model: 'x' } };
  const failed = {
    type: 'response.failed',
    sequence_number: 2,
    response: { id: 'r', status: 'failed', error: { code: 'rate_limit_exceeded', message: 'too fast' } },
  };
  for (const body of [events(created, failed), events(failed)]) {
    expect(await answerTo('responses', 200, body, stream)).toMatchObject({
      kind: 'failed',
      isRetryable: true,
      isUnbilled: false,
    });
  }
});

it('an answer that a gateway ends with "error" broke off, and its calls do not count', async () => {
  const call = { index: 0, id: 't', type: 'function', function: { name: 'read_file', arguments: '{"path":"a"}' } };
  const choice = { index: 0, delta: { tool_calls: [call] }, finish_reason: 'error' };
  const body = events({ id: 'c', created: 1, model: 'x', choices: [choice] });
  expect(await answerTo('chat', 200, body, stream)).toEqual({ kind: 'cut', usage: null, because: 'stream' });
});

it('a compressed stream, which nobody asked for, is no answer that broke off and is not asked for again', async () => {
  const headers = { ...stream, 'content-encoding': 'gzip' };
  const answer = await answerTo('chat', 200, gzipSync(events({ choices: [] })), headers);
  expect(answer).toMatchObject({ kind: 'failed', code: 'provider_malformed', isRetryable: false });
  expect(answer).toMatchObject({ message: expect.stringContaining('gzip') as string });
});

describe('how long a provider asks to wait', () => {
  it.each([
    ['retry-after', '-5', null],
    ['retry-after', '7, 7', null],
    ['retry-after', 'soon', null],
    ['retry-after', 'Wed, 21 Oct 2015 07:28:00 GMT', null],
    ['retry-after', '99999999999', 99_999_999_999_000],
    ['retry-after', '1.5', 1500],
    ['retry-after-ms', '-1', null],
    ['retry-after-ms', '250', 250],
  ])('%s: %s', async (name, value, retryAfterMs) => {
    const answer = await answerTo('chat', 429, '{}', { 'content-type': 'application/json', [name]: value });
    expect(answer).toMatchObject({ kind: 'failed', isRetryable: true, retryAfterMs });
  });

  it('as a date', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    const answer = await answerTo('chat', 429, '{}', { 'content-type': 'application/json', 'retry-after': at });
    const ms = answer.kind === 'failed' ? (answer.retryAfterMs ?? 0) : 0;
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThanOrEqual(60_000);
  });
});

it.each(wireProviders.map(({ api }) => api))('an answer of %s that ends before it has begun broke off', async (api) => {
  for (const body of ['', 'data: {"type":"mess', ': hello\n\n']) {
    expect(await answerTo(api, 200, body, stream)).toEqual({ kind: 'cut', usage: null, because: 'stream' });
  }
});
