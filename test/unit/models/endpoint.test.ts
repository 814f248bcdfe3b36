import { describe, expect, it } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import { ratesOf } from '../../../server/src/cost/priceList.ts';
import { ollamaAddress } from '../../../server/src/models/address.ts';
import { resolveEndpoint, type EndpointChoice } from '../../../server/src/models/endpoint.ts';
import { keyVariable } from '../../../server/src/models/key.ts';
import type { Endpoint } from '../../../server/src/models/model.ts';
import type { ModelSettings } from '../../../server/src/models/settings.ts';

const none: ModelSettings = { provider: null, tiers: {}, providers: {}, prices: {}, failover: [], pins: [] };
const at = (baseUrl: string | null, region: string | null = null) => ({ baseUrl, region });
const bothKeys = { ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };

type Choice = Partial<Omit<EndpointChoice, 'settings'>> & { readonly settings?: Partial<ModelSettings> };

function resolve({ settings, ...choice }: Choice): Endpoint {
  return resolveEndpoint({ env: {}, tier: 'balanced', ...choice, settings: { ...none, ...settings } });
}

const found: readonly (readonly [string, Choice, string])[] = [
  ['the only provider with a key', { env: { OPENAI_API_KEY: 'o' } }, 'openai gpt-5.1 https://api.openai.com/v1'],
  [
    '--provider before everything',
    { env: bothKeys, provider: 'openai', settings: { provider: 'anthropic' } },
    'openai gpt-5.1 https://api.openai.com/v1',
  ],
  [
    'the configured provider',
    { env: bothKeys, settings: { provider: 'anthropic' } },
    'anthropic claude-sonnet-4-6 https://api.anthropic.com/v1',
  ],
  [
    'the model of a tier',
    { env: { ANTHROPIC_API_KEY: 'a' }, settings: { tiers: { balanced: 'claude-x' } } },
    'anthropic claude-x https://api.anthropic.com/v1',
  ],
  [
    'the tiers of another provider say nothing',
    { env: bothKeys, provider: 'openai', settings: { provider: 'anthropic', tiers: { balanced: 'claude-x' } } },
    'openai gpt-5.1 https://api.openai.com/v1',
  ],
  [
    '--model before the tiers',
    { env: { ANTHROPIC_API_KEY: 'a' }, model: 'claude-y', settings: { tiers: { balanced: 'claude-x' } } },
    'anthropic claude-y https://api.anthropic.com/v1',
  ],
  [
    'an address from the variable, as other programs write it',
    { env: { ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'http://127.0.0.1:8080/' } },
    'anthropic claude-sonnet-4-6 http://127.0.0.1:8080/v1',
  ],
  [
    'an address with its version',
    { env: { ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'https://gate.example/anthropic/v1/' } },
    'anthropic claude-sonnet-4-6 https://gate.example/anthropic/v1',
  ],
  [
    'the configured address before the variable',
    {
      env: { ANTHROPIC_API_KEY: 'a', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' },
      settings: { providers: { anthropic: at('https://gate.example/v1') } },
    },
    'anthropic claude-sonnet-4-6 https://gate.example/v1',
  ],
  [
    'an OpenAI-compatible server without a key',
    { provider: 'openai', model: 'm', env: { OPENAI_BASE_URL: 'http://127.0.0.1:8000' } },
    'openai m http://127.0.0.1:8000/v1',
  ],
  [
    'a path of an OpenAI-compatible server is left alone',
    { provider: 'openai', model: 'm', env: { OPENAI_BASE_URL: 'https://g.example/v1beta/openai/' } },
    'openai m https://g.example/v1beta/openai',
  ],
  [
    'a provider of one’s own',
    { provider: 'my-vllm', model: 'm', settings: { providers: { 'my-vllm': at('http://10.0.0.5:8000/v1', 'eu') } } },
    'my-vllm m http://10.0.0.5:8000/v1 eu',
  ],
  ['Ollama without a key', { provider: 'ollama', model: 'qwen3:8b' }, 'ollama qwen3:8b http://127.0.0.1:11434/v1'],
  [
    'a region that the address promises',
    { env: { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'https://eu.api.openai.com/v1' } },
    'openai gpt-5.1 https://eu.api.openai.com/v1 eu',
  ],
  ['the demo provider, which has no address', { provider: 'demo' }, 'demo scripted:generic'],
];

describe('resolveEndpoint finds', () => {
  it.each(found)('%s', (_, choice, expected) => {
    const { provider, model, baseUrl, region } = resolve(choice);
    expect([provider, model, baseUrl, region].filter(Boolean).join(' ')).toBe(expected);
  });

  it.each(['fast', 'balanced', 'best'] as const)('default models for %s whose prices are known', async (tier) => {
    for (const provider of ['anthropic', 'openai']) {
      const { pricedAs } = resolve({ provider, tier, env: bothKeys });
      expect(await ratesOf(pricedAs, {}, new Date('2026-01-01')), pricedAs.model).not.toBeNull();
    }
  });
});

const refused: readonly (readonly [string, Choice, string, RegExp])[] = [
  ['nothing is set up', {}, 'provider_unknown', /ANTHROPIC_API_KEY.*--provider ollama.*--provider demo/],
  ['several keys are set', { env: bothKeys }, 'provider_unknown', /--provider anthropic or --provider openai/],
  [
    'nobody knows the provider',
    { provider: 'antropic' },
    'provider_unknown',
    /"antropic".*anthropic, openai, google, azure, ollama, lmstudio, vllm, vscode, demo/,
  ],
  ['the provider is a member of every object', { provider: 'constructor' }, 'provider_unknown', /"constructor"/],
  [
    'a provider of one’s own has no address',
    { provider: 'mine', settings: { providers: { mine: at(null) } } },
    'provider_unknown',
    /models\.providers\.mine\.base_url/,
  ],
  ['the key is missing', { provider: 'anthropic' }, 'key_missing', /ANTHROPIC_API_KEY/],
  ['the key is an empty text', { provider: 'openai', env: { OPENAI_API_KEY: '  ' } }, 'key_missing', /OPENAI_API_KEY/],
  [
    'the key has a line break in it',
    { provider: 'openai', env: { OPENAI_API_KEY: 'sk-secret\nX: y' } },
    'key_missing',
    /^(?!.*sk-secret).*OPENAI_API_KEY/,
  ],
  ['Ollama is given no model', { provider: 'ollama' }, 'model_unknown', /--model NAME/],
  ['the model is no name', { provider: 'ollama', model: 'a b\n' }, 'model_unknown', /"a b\\n"/],
  ['the demo provider is given a model', { provider: 'demo', model: 'x' }, 'model_unknown', /leave out --model/],
  [
    'the address is none',
    { provider: 'openai', env: { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'localhost' } },
    'config_invalid',
    /OPENAI_BASE_URL/,
  ],
  [
    'the address is a file',
    { provider: 'openai', env: { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'file:///etc/passwd' } },
    'config_invalid',
    /http/,
  ],
  [
    'the address has a password in it',
    { provider: 'openai', env: { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'https://u:hunter2@x.example' } },
    'config_invalid',
    /^(?!.*hunter2)/,
  ],
  [
    'the address has a query',
    { provider: 'openai', env: { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'https://x.example/?key=1' } },
    'config_invalid',
    /"\?"/,
  ],
];

describe('resolveEndpoint says what to do when', () => {
  it.each(refused)('%s', (_, choice, code, message) => {
    const failure = thrownBy(() => resolve(choice));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

const hosts: readonly (readonly [string | undefined, string])[] = [
  [undefined, 'http://127.0.0.1:11434/v1'],
  ['', 'http://127.0.0.1:11434/v1'],
  ['0.0.0.0', 'http://127.0.0.1:11434/v1'],
  ['0.0.0.0:8080', 'http://127.0.0.1:8080/v1'],
  [':9000', 'http://127.0.0.1:9000/v1'],
  ['gpu-box', 'http://gpu-box:11434/v1'],
  ['gpu-box:8080', 'http://gpu-box:8080/v1'],
  ['"gpu-box"', 'http://gpu-box:11434/v1'],
  ['http://gpu-box', 'http://gpu-box/v1'],
  ['https://gpu.example/ollama/', 'https://gpu.example/ollama/v1'],
  ['http://127.0.0.1:11434/v1', 'http://127.0.0.1:11434/v1'],
  ['::1', 'http://[::1]:11434/v1'],
  ['[::]:8080', 'http://[::1]:8080/v1'],
];

it.each(hosts)('OLLAMA_HOST %s means %s', (value, expected) => {
  expect(ollamaAddress(value)).toBe(expected);
});

it.each([
  ['anthropic', 'ANTHROPIC_API_KEY'],
  ['my-gateway.v2', 'MY_GATEWAY_V2_API_KEY'],
])('the key of %s is in %s', (provider, variable) => {
  expect(keyVariable(provider)).toBe(variable);
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return error;
  }
  return null;
}
