import { expect, test } from 'vitest';
import type { Endpoint, Model } from '../../../server/src/models/model.ts';
import type { ModelSettings } from '../../../server/src/models/settings.ts';
import { pricedModel } from '../../../server/src/runs/pricedModel.ts';

const at = new Date('2026-03-01T12:00:00Z');

interface Asked {
  readonly provider?: string;
  readonly model?: string;
  readonly api?: Endpoint['api'];
  readonly baseUrl?: string | null;
  readonly prices: Omit<ModelSettings['prices'][string][0], 'fromInputTokens'>;
}

/** The prices of a model that the configuration gives prices for. */
async function ratesFor({ provider = 'p', model: name = 'm', api = 'chat', baseUrl = null, prices }: Asked) {
  const configured: ModelSettings['prices'] = { [name]: [{ fromInputTokens: 0, ...prices }] };
  const settings = { provider: null, tiers: {}, providers: {}, prices: configured, failover: [], pins: [] };
  const where = { provider, model: name };
  const endpoint: Endpoint = { ...where, api, baseUrl, proxy: null, region: null, isSimulated: false, pricedAs: where };
  const model: Model = { endpoint, send: async () => await Promise.resolve({ kind: 'unsent' }) };
  return (await pricedModel(model, { settings, at })).rates[0];
}

test('a price that says nothing of the cache counts a quarter more for what Anthropic is asked to keep there', async () => {
  const prices = { input: 4, output: 20, cacheRead: 4, cacheWrite: 4 };
  expect((await ratesFor({ api: 'anthropic', prices })).cacheWrite).toBe(5);
  expect((await ratesFor({ api: 'anthropic', prices: { ...prices, cacheWrite: 4.5 } })).cacheWrite).toBe(4.5);
  expect((await ratesFor({ prices })).cacheWrite).toBe(4);
});

test.each([
  ['a provider that charges for a model of this name', 'groq', 'https://api.groq.com/openai/v1', 0.15],
  ['a server at home, whatever it is called', 'groq', 'http://127.0.0.1:1234/v1', 0],
  ['a provider that the list does not know', 'lmstudio', 'http://models.example.com/v1', 0],
])('a price of nothing, at %s', async (_, provider, baseUrl, input) => {
  const prices = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const rates = await ratesFor({ provider, model: 'openai/gpt-oss-120b', baseUrl, prices });
  expect(rates.input).toBe(input);
});
