import path from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { createProviderKeys, keyPlaces } from '../../../server/src/keychain/providerKeys.ts';
import { readProviders } from '../../../server/src/runs/readProviders.ts';
import { testWorld } from '../../scenario/play.ts';
import { noKeychain } from '../lsp/edge.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test.each([
  [{}, /^no key: set one with .*loki key set anthropic/],
  [{ ANTHROPIC_API_KEY: ' ' }, /^no key: set one with .*loki key set anthropic/],
  [{ ANTHROPIC_API_KEY: 'two words' }, /^ANTHROPIC_API_KEY holds spaces, .*set it again/],
])('why a provider is not there is said: %j', async (env, detail) => {
  const workspace = await temporaryFolder();
  const world = testWorld(path.join(workspace, 'home'), { OLLAMA_HOST: '127.0.0.1:9', ...env });
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  const providers = await readProviders(world, config, keyPlaces(createProviderKeys(noKeychain, world.env)));
  const [anthropic] = providers.filter(({ name }) => name === 'anthropic');
  expect(anthropic).toMatchObject({ isReady: false, detail: expect.stringMatching(detail) });
});

test.each([
  ['{}', true, 'its key is here'],
  ['residency: { allowed_providers: [openai] }', false, 'but residency in the configuration refuses it'],
  ['residency: { allowed_regions: [eu] }', false, 'but residency in the configuration refuses it'],
  ['residency: { air_gapped: true }', false, 'but residency in the configuration refuses it'],
])('with %s a provider that has a key is there: %s', async (config, isReady, says) => {
  const workspace = await temporaryFolder({ '.loki/config.yaml': config });
  const world = testWorld(path.join(workspace, 'home'), { OLLAMA_HOST: '127.0.0.1:9' });
  const { env, lokiHome } = world;
  const keys = { whereIs: async (name: string) => (name === 'anthropic' ? 'its key is here' : null) };
  const states = await readProviders(world, await loadConfig({ workspace, env, lokiHome }), keys);
  const found = states.find(({ name }) => name === 'anthropic');
  expect(found).toMatchObject({ isReady, detail: expect.stringContaining(says) });
  expect(states.find(({ name }) => name === 'demo')).toMatchObject({ isReady: true });
});
