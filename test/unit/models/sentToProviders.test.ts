import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../server/src/models/model.ts';
import { sdkProvider } from '../../../server/src/models/sdkProvider.ts';

// What decides about the price of a request must stand in it: the cap of its answer, in the field that the server reads,
// and the tier that it is worked on in.

async function sentTo(endpoint: Pick<Endpoint, 'provider' | 'api' | 'baseUrl'>): Promise<Record<string, unknown>> {
  let body = '{}';
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    body = typeof init?.body === 'string' ? init.body : '{}';
    return await Promise.resolve(new Response('{}', { status: 500 }));
  };
  const whole = { ...endpoint, model: 'gpt-5.1', proxy: null, region: null, isSimulated: false };
  const { model, options } = sdkProvider(
    { ...whole, pricedAs: { provider: endpoint.provider, model: 'gpt-5.1' } },
    'key',
    fetch,
  );
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Go.' }] }];
  const sending = async () => await model.doStream({ prompt, maxOutputTokens: 77, providerOptions: options });
  await expect(sending()).rejects.toThrow();
  return JSON.parse(body) as Record<string, unknown>;
}

describe('OpenAI itself', () => {
  it.each(['https://api.openai.com/v1', 'https://eu.api.openai.com/v1'])(
    'is asked for the standard tier at %s, whatever the project there is set to',
    async (baseUrl) => {
      const responses = await sentTo({ provider: 'openai', api: 'responses', baseUrl });
      expect(responses).toMatchObject({ service_tier: 'default', max_output_tokens: 77 });
      const chat = await sentTo({ provider: 'openai', api: 'chat', baseUrl });
      expect(chat).toMatchObject({ service_tier: 'default', max_completion_tokens: 77 });
      expect(chat).not.toHaveProperty('max_tokens');
    },
  );
});

describe('another server', () => {
  it.each([
    ['a gateway', 'openai', 'https://models.example.com/v1', 'max_tokens'],
    ['a name that only ends like it', 'openai', 'https://fakeapi.openai.com.example.com/v1', 'max_tokens'],
    ['Azure', 'azure', 'https://acme.openai.azure.com/openai/v1', 'max_completion_tokens'],
    ['Azure by another name', 'ours', 'https://acme.openai.azure.com/openai/v1', 'max_completion_tokens'],
  ])('%s is sent no tier, and the cap where it reads it', async (_, provider, baseUrl, field) => {
    const body = await sentTo({ provider, api: 'chat', baseUrl });
    expect(body).toMatchObject({ [field]: 77 });
    expect(body).not.toHaveProperty('service_tier');
  });
});
