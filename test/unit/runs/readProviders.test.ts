import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../server/src/base/clock.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { readProviders } from '../../../server/src/runs/readProviders.ts';
import type { World } from '../../../server/src/runs/world.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test.each([
  ['{}', true, 'its key is here'],
  ['residency: { allowed_providers: [openai] }', false, 'but residency in the configuration refuses it'],
  ['residency: { allowed_regions: [eu] }', false, 'but residency in the configuration refuses it'],
  ['residency: { air_gapped: true }', false, 'but residency in the configuration refuses it'],
])('with %s a provider that has a key is there: %s', async (config, isReady, says) => {
  const workspace = await temporaryFolder({ '.loki/config.yaml': config });
  const lokiHome = await temporaryFolder();
  const env = { LOKI_HOME: lokiHome };
  const folder = path.join(import.meta.dirname, '../../../server');
  const world: World = {
    env,
    lokiHome,
    assetsFolder: path.join(folder, 'assets'),
    rosterFolder: path.join(folder, 'src/agents/roster'),
    clock: systemClock,
    person: 'os:ann',
    demoPaceMs: 0,
  };
  const keys = { whereIs: async (name: string) => (name === 'anthropic' ? 'its key is here' : null) };
  const states = await readProviders(world, await loadConfig({ workspace, env, lokiHome }), keys);
  const found = states.find(({ name }) => name === 'anthropic');
  expect(found).toMatchObject({ isReady, detail: expect.stringContaining(says) });
  expect(states.find(({ name }) => name === 'demo')).toMatchObject({ isReady: true });
});
