import { describe, expect, it } from 'vitest';
import { ratesOf } from '../../../server/src/cost/priceList.ts';
import type { Rates } from '../../../server/src/cost/rates.ts';

const at = new Date('2026-03-20T12:00:00Z');
const own: Rates = [{ fromInputTokens: 0, input: 1, output: 2, cacheRead: 0.5, cacheWrite: 1 }];
const listed = async (provider: string, model: string, time = at) => await ratesOf({ provider, model }, {}, time);

describe('the price list', () => {
  it('knows a model with its tiers', async () => {
    expect(await listed('anthropic', 'claude-sonnet-4-5')).toEqual([
      { fromInputTokens: 0, input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
      { fromInputTokens: 200_001, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5 },
    ]);
  });

  it('knows dated names of a model', async () => {
    expect(await listed('anthropic', 'claude-sonnet-4-5-20250929')).toEqual(
      await listed('anthropic', 'claude-sonnet-4-5'),
    );
  });

  it('takes the price of plain input where the list names none for the cache', async () => {
    expect(await listed('openai', 'gpt-4.1')).toEqual([
      { fromInputTokens: 0, input: 2, output: 8, cacheRead: 0.5, cacheWrite: 2 },
    ]);
  });

  it('takes the dearer price around the day of a change', async () => {
    const [before] = (await listed('openai', 'o3', new Date('2025-06-09T00:00:00Z'))) ?? [];
    const [after] = (await listed('openai', 'o3', new Date('2025-06-10T12:00:00Z'))) ?? [];
    const [later] = (await listed('openai', 'o3', new Date('2025-06-12T00:00:00Z'))) ?? [];
    expect([before?.input, after?.input, later?.input]).toEqual([10, 10, 2]);
  });

  it('takes the dearer price for a run that begins in the week before a change', async () => {
    const inputOn = async (day: string) => (await listed('google', 'gemini-3.7-flash', new Date(day)))?.[0].input;
    expect([await inputOn('2026-12-20'), await inputOn('2026-12-28'), await inputOn('2027-01-03')]).toEqual([
      0.75, 1.5, 1.5,
    ]);
  });

  it('takes the dearest hour of a model that is cheaper at night', async () => {
    const night = await listed('deepseek', 'deepseek-chat', new Date('2026-03-20T20:00:00Z'));
    const day = await listed('deepseek', 'deepseek-chat', new Date('2026-03-20T12:00:00Z'));
    expect(night).toEqual(day);
    expect(night?.[0].output).toBe(1.1);
  });

  it.each([
    ['a model that nobody knows', 'anthropic', 'claude-of-tomorrow'],
    ["another provider's model", 'anthropic', 'gpt-4o'],
    ['a local server', 'ollama', 'llama3'],
    ['a provider whose name only contains a known one', 'my-anthropic-proxy', 'claude-sonnet-4-5'],
    ['a name that every object has', 'constructor', 'toString'],
    ['a model without output, such as an embedding', 'openai', 'text-embedding-3-small'],
    ['an empty name', 'openai', ''],
  ])('has no price, rather than none to pay, for %s', async (_name, provider, model) => {
    expect(await listed(provider, model)).toBeNull();
  });
});

describe('configured prices', () => {
  it('win over the list', async () => {
    const configured = { 'claude-sonnet-4-5': own };
    expect(await ratesOf({ provider: 'anthropic', model: 'claude-sonnet-4-5' }, configured, at)).toEqual(own);
  });

  it('serve models that the list does not know', async () => {
    expect(await ratesOf({ provider: 'ollama', model: 'llama3' }, { llama3: own }, at)).toEqual(own);
  });
});
