import { modelList } from '#protocol/model';
import { loadConfig } from '../config/loadConfig.ts';
import { keyPlaces, type ProviderKeys } from '../keychain/providerKeys.ts';
import { readProviders } from '../runs/readProviders.ts';
import type { World } from '../runs/world.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { Rpc } from './rpc.ts';

export function bindModelHandlers(rpc: Rpc, world: World, keys: ProviderKeys): void {
  rpc.answer(modelList, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
    const providers = await readProviders(world, config, keyPlaces(keys));
    return { providers: providers.map(({ models, ...state }) => ({ ...state, models: [...models] })) };
  });
}
