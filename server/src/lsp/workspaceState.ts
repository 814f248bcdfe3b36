import type { Confinement } from '#protocol/run';
import type { WorkspaceState } from '#protocol/workspace';
import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { defaultProfile, loadProfile, profileNames } from '../gates/profile.ts';
import { keyPlaces, type ProviderKeys } from '../keychain/providerKeys.ts';
import { defaultProvider, demoProvider, readProviders, type ProviderState } from '../runs/readProviders.ts';
import type { World } from '../runs/world.ts';
import { openRepository } from '../workspace/repository.ts';

export interface WorkspaceReading {
  readonly world: World;
  readonly keys: ProviderKeys;
  /** Found out once: it does not change while a machine runs. */
  readonly confinement: () => Promise<Confinement>;
}

/** What is known of a workspace before anything runs there, looked at anew each time. Never writes. */
export async function readWorkspaceState(
  { world, keys, confinement }: WorkspaceReading,
  workspace: string,
): Promise<WorkspaceState> {
  const [repository, loaded, profiles, confined] = await Promise.all([
    failureOf(async () => await openRepository(workspace)),
    loadForState(world, workspace),
    profileNames(workspace),
    confinement(),
  ]);
  const base = { workspace, confinement: confined, profiles: [...profiles] };
  if (loaded.kind === 'failed') {
    const obstacle = onWire(repository ?? loaded.failure);
    return {
      ...base,
      obstacle,
      providers: [asShown(demoProvider)],
      defaultProvider: null,
      defaultProfile: defaultProfile.name,
    };
  }
  const { config } = loaded;
  const obstacle = repository ?? (await failureOf(async () => await loadProfile(workspace, config.gates.profile)));
  // The editor's own models are asked for where a person chooses one: they belong to the editor, not to a folder.
  const { editor: _editor, ...here } = world;
  const providers = await readProviders(here, config, keyPlaces(keys));
  return {
    ...base,
    obstacle: obstacle === null ? null : onWire(obstacle),
    providers: providers.map(asShown),
    defaultProvider: defaultProvider(config, providers),
    defaultProfile: config.gates.profile ?? defaultProfile.name,
  };
}

function asShown({ models: _models, ...state }: ProviderState): WorkspaceState['providers'][number] {
  return state;
}

type Loaded =
  { readonly kind: 'loaded'; readonly config: Config } | { readonly kind: 'failed'; readonly failure: Failure };

async function loadForState({ env, lokiHome }: World, workspace: string): Promise<Loaded> {
  try {
    return { kind: 'loaded', config: await loadConfig({ workspace, env, lokiHome }) };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'failed', failure: error };
    throw error;
  }
}

async function failureOf(look: () => Promise<unknown>): Promise<Failure | null> {
  try {
    await look();
    return null;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function onWire({ code, message }: Failure): NonNullable<WorkspaceState['obstacle']> {
  return { code, message };
}
