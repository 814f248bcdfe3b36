import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import { keyPlaces, createProviderKeys } from '../../../server/src/keychain/providerKeys.ts';
import { resolveEndpoint } from '../../../server/src/models/endpoint.ts';
import { keyVariable } from '../../../server/src/models/key.ts';
import type { ModelSettings } from '../../../server/src/models/settings.ts';
import { defaultProvider } from '../../../server/src/runs/readProviders.ts';
import { noKeychain } from '../lsp/edge.ts';

const tiers = { fast: 'm', balanced: 'm', best: 'm' };
const none: ModelSettings = { provider: null, tiers, providers: {}, prices: {}, failover: [], pins: [] };

function settingsOf(own: readonly string[], provider: string | null = null): ModelSettings {
  const providers = own.map((name) => [name, { baseUrl: 'http://127.0.0.1:9/v1', region: null }]);
  return { ...none, provider, providers: Object.fromEntries(providers) as ModelSettings['providers'] };
}

/** What the editor shows as the default, and what the terminal chooses, where these have keys. */
async function choices(models: ModelSettings, withKey: readonly string[]) {
  const env = Object.fromEntries(withKey.map((name) => [keyVariable(name), 'k']));
  const editor = await defaultProvider({ models }, keyPlaces(createProviderKeys(noKeychain, env)));
  return { editor, terminal: resolved(models, env) };
}

function resolved(settings: ModelSettings, env: NodeJS.ProcessEnv): string | null {
  try {
    return resolveEndpoint({ settings, env, tier: 'balanced' }).provider;
  } catch (error) {
    if (error instanceof Failure && error.code === 'provider_unknown') return null;
    throw error;
  }
}

test.each<[string, readonly string[], readonly string[], string | null]>([
  ['none, although a server of one’s own needs no key', ['my-own'], [], null],
  ['the one with a key beside a server that needs none', ['my-own'], ['anthropic'], 'anthropic'],
  ['a server of one’s own that has a key', ['my-own'], ['my-own'], 'my-own'],
  ['a local server that has a key and stands in the configuration', ['ollama'], ['ollama'], 'ollama'],
  ['none where a local server has a key and nobody has configured it', [], ['ollama'], null],
  ['none of several', ['my-own'], ['my-own', 'openai'], null],
])('the default is %s', async (_, own, withKey, expected) => {
  expect(await choices(settingsOf(own), withKey)).toEqual({ editor: expected, terminal: expected });
});

test('editor and terminal choose alike, whatever is configured and wherever there is a key', async () => {
  const names = ['anthropic', 'openai', 'google', 'ollama', 'lmstudio', 'my-own', 'other'];
  const some = fc.subarray(names);
  await fc.assert(
    fc.asyncProperty(some, some, fc.option(fc.constantFrom(...names)), async (own, withKey, provider) => {
      fc.pre(provider === null || (own.includes(provider) && withKey.includes(provider)));
      const { editor, terminal } = await choices(settingsOf(own, provider), withKey);
      expect(editor).toBe(terminal);
    }),
  );
});
