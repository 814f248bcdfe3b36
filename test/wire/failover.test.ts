import { expect, onTestFinished, test } from 'vitest';
import { ratesOf } from '../../server/src/cost/priceList.ts';
import { price } from '../../server/src/cost/price.ts';
import { startAnthropicServer } from './anthropicServer.ts';
import { ask } from './askThroughGateway.ts';
import { startGoogleServer } from './googleServer.ts';
import { startOpenaiServer } from './openaiServer.ts';
import type { WireServer, WireTurn } from './wireScript.ts';

// What becomes of a request whose provider fails for good: the next configured one is asked, decided and reserved anew.

const overloaded: WireTurn = { kind: 'status', status: 529, body: '{}', headers: { 'retry-after': '7' } };
const five = [1, 2, 3, 4, 5];
const hello: WireTurn = { kind: 'answer', text: 'hello' };

async function started(
  start: (parts: Parameters<typeof startAnthropicServer>[0]) => Promise<WireServer>,
  turns: readonly WireTurn[],
): Promise<WireServer> {
  const server = await start([{ match: /./, turns }]);
  onTestFinished(async () => await server.close());
  return server;
}

const config = (more = '') =>
  `models:
  provider: anthropic
  failover: [google, mine]
  providers: { mine: { base_url: "http://127.0.0.1:PORT/v1", tiers: { fast: m } } }
  prices: { m: { input: 1, output: 1 } }
${more}`;

test('after its retries the next provider is asked, each attempt with a decision and a reservation of its own', async () => {
  const first = await started(
    startAnthropicServer,
    five.map(() => overloaded),
  );
  const second = await started(startGoogleServer, [{ kind: 'status', status: 401, body: '{}' }]);
  const third = await started(startOpenaiServer, [hello]);
  const waits: number[] = [];
  const asked = await ask(
    config().replace('http://127.0.0.1:PORT/v1', third.baseUrl),
    { ANTHROPIC_BASE_URL: first.baseUrl, GOOGLE_BASE_URL: second.baseUrl, GOOGLE_API_KEY: 'g' },
    { waits },
  );
  expect(asked.result).toMatchObject({ kind: 'answered', text: 'hello' });
  expect([first, second, third].map(({ requests }) => requests.length)).toEqual([5, 1, 1]);
  // As long as the provider asked for, and a little more.
  expect(waits).toHaveLength(4);
  expect(waits.every((ms) => ms >= 7000 && ms <= 8000)).toBe(true);
  expect(asked.recorded).toEqual([
    ...five.flatMap(() => ['intent anthropic ALLOW', 'outcome anthropic failed']),
    'intent google ALLOW',
    'outcome google failed',
    'intent mine ALLOW',
    'outcome mine answered',
  ]);
  expect(new Set(asked.intents.map((intent) => intent['reservation_id'])).size).toBe(7);
  expect(asked.intents.at(-1)).toMatchObject({
    tier: 'fast',
    model_reason: 'it stands in for anthropic (models.failover)',
  });
  expect(asked.told.filter((words) => words.includes('instead'))).toHaveLength(2);
});

test('a stand-in that residency refuses is recorded, told nothing, and passed over', async () => {
  const first = await started(startAnthropicServer, [{ kind: 'status', status: 400, body: '{}' }]);
  const second = await started(startGoogleServer, [hello]);
  const third = await started(startOpenaiServer, [hello]);
  const asked = await ask(
    config('    \nresidency: { allowed_providers: [anthropic, mine] }\n')
      .replace('http://127.0.0.1:PORT/v1', third.baseUrl)
      .replace('providers: { mine', `providers: { anthropic: { base_url: "${first.baseUrl}" }, mine`),
    { GOOGLE_BASE_URL: second.baseUrl, GOOGLE_API_KEY: 'g' },
  );
  expect(asked.result).toMatchObject({ kind: 'answered' });
  expect(second.requests).toEqual([]);
  expect(asked.recorded).toEqual([
    'intent anthropic ALLOW',
    'outcome anthropic failed',
    'decision refused',
    'intent mine ALLOW',
    'outcome mine answered',
  ]);
});

test('a provider without a key cannot stand in, and the run says so instead of failing', async () => {
  const first = await started(startAnthropicServer, [hello]);
  const asked = await ask('models: { provider: anthropic, failover: [openai] }\n', {
    ANTHROPIC_BASE_URL: first.baseUrl,
  });
  expect(asked.result.kind).toBe('answered');
});

test('when nobody answers, the first failure is the answer', async () => {
  const first = await started(startAnthropicServer, [{ kind: 'status', status: 404, body: '{}' }]);
  const second = await started(startGoogleServer, [{ kind: 'status', status: 401, body: '{}' }]);
  const asked = await ask('models: { provider: anthropic, failover: [google] }\n', {
    ANTHROPIC_BASE_URL: first.baseUrl,
    GOOGLE_BASE_URL: second.baseUrl,
    GOOGLE_API_KEY: 'g',
  });
  expect(asked.result).toMatchObject({ kind: 'failed', message: expect.stringContaining('no model') as string });
});

test.each([
  ['anthropic', startAnthropicServer, 'ANTHROPIC', 'claude-sonnet-4-5', { cacheRead: 40, cacheWrite: 25 }],
  ['openai', startOpenaiServer, 'OPENAI', 'gpt-5.1', { cacheRead: 40 }],
  ['google', startGoogleServer, 'GOOGLE', 'gemini-2.5-flash', { cacheRead: 40 }],
] as const)('cached tokens of %s are settled at their own prices', async (provider, start, variable, model, cached) => {
  const server = await started(start, [{ ...hello, ...cached }]);
  const env = { [`${variable}_BASE_URL`]: server.baseUrl, [`${variable}_API_KEY`]: 'k' };
  const asked = await ask('', env, { provider, model });
  const usage = server.requests[0]?.usage;
  const rates = await ratesOf({ provider, model }, {}, new Date('2026-01-01'));
  if (usage === undefined || rates === null) throw new Error('nothing was asked, or it has no price');
  expect(asked.spent).toBe(price(rates, usage));
  expect(asked.spent).toBeLessThan(price(rates, { ...usage, cacheRead: 0 }));
});
