import { expect, test } from 'vitest';
import type { Model } from '../../../server/src/models/model.ts';
import { noPins, type ModelSettings } from '../../../server/src/models/settings.ts';
import { pricedModel } from '../../../server/src/runs/pricedModel.ts';

const at = new Date('2026-03-01T12:00:00Z');

async function ratesFor(api: 'anthropic' | 'chat', cacheWrite: number) {
  const prices: ModelSettings['prices'] = {
    m: [{ fromInputTokens: 0, input: 4, output: 20, cacheRead: 4, cacheWrite }],
  };
  const settings = { provider: null, tiers: {}, providers: {}, prices, failover: [], pins: noPins };
  const endpoint = { provider: 'p', model: 'm', api, pricedAs: { provider: 'p', model: 'm' } };
  const model = { endpoint, send: async () => await Promise.resolve({ kind: 'unsent' }) } as unknown as Model;
  return (await pricedModel(model, { settings, at })).rates[0].cacheWrite;
}

test('a price that says nothing of the cache counts a quarter more for what Anthropic is asked to keep there', async () => {
  expect(await ratesFor('anthropic', 4)).toBe(5);
  expect(await ratesFor('anthropic', 4.5)).toBe(4.5);
  expect(await ratesFor('chat', 4)).toBe(4);
});
