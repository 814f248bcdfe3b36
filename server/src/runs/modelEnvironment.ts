import { keyedProviders } from '../models/chosenProvider.ts';
import { keyVariable } from '../models/key.ts';
import type { ModelSettings } from '../models/settings.ts';
import type { World } from './world.ts';

/**
 * The environment as models see it: with the keys that the edge keeps in the places where keys are read. A copy for the
 * choice of models alone; commands start from `world.env`, so none of these keys can reach one.
 */
export async function modelEnvironment(
  world: World,
  settings: ModelSettings,
  wished: string | undefined,
): Promise<NodeJS.ProcessEnv> {
  const { env, keyOf } = world;
  if (keyOf === undefined) return env;
  const named = wished ?? settings.provider;
  const pinned = settings.pins.map(({ provider }) => provider);
  const candidates = new Set([
    ...(named === null ? keyedProviders(settings) : [named]),
    ...settings.failover,
    ...pinned.filter((provider) => provider !== null),
  ]);
  const found: Record<string, string> = {};
  for (const provider of candidates) {
    const key = await keyOf(provider);
    if (key !== null) found[keyVariable(provider)] = key;
  }
  return { ...env, ...found };
}
