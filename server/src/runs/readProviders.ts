import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { unconfirmed } from '../config/trust.ts';
import { isLoopback } from '../models/address.ts';
import { addressOf } from '../models/addressOf.ts';
import { chosenProvider, keyedProviders } from '../models/chosenProvider.ts';
import { resolveEndpoint } from '../models/endpoint.ts';
import { keyVariable, keyVariables } from '../models/key.ts';
import { knownProvider, providerTable } from '../models/providerTable.ts';
import type { ModelTier } from '../models/settings.ts';
import { checkProviderIn } from './checkProvider.ts';
import { localModels } from './localModels.ts';
import type { World } from './world.ts';

export interface ProviderState {
  readonly name: string;
  readonly detail: string;
  readonly isReady: boolean;
  /** A key is what it lacks. */
  readonly lacksKey: boolean;
  readonly isSimulated: boolean;
  /** The models that are known to be there; a provider may have more. */
  readonly models: readonly AvailableModel[];
}

export interface AvailableModel {
  readonly name: string;
  /** Which agents it is for unless something else is said; null where a person names it. */
  readonly tier: ModelTier | null;
}

/** What is known of the keys: where each is, never one itself. */
export interface KeyPlaces {
  /** In words, null where there is no key. */
  whereIs(provider: string): Promise<string | null>;
}

/** What each provider needs to be asked, and whether it is there. Sends nothing of a task and no key to any of them. */
export async function readProviders(world: World, config: Config, keys: KeyPlaces): Promise<readonly ProviderState[]> {
  const own = Object.keys(config.models.providers).filter((name) => knownProvider(name) === null);
  const real = providerTable.filter(
    ({ name, address }) =>
      name !== 'vscode' && name !== 'demo' && (address !== null || Object.hasOwn(config.models.providers, name)),
  );
  const states = await Promise.all([
    ...real.map(async ({ name, hosts }) =>
      hosts.includes('loopback') ? await readLocal(world, config, name) : await readHosted(world, config, keys, name),
    ),
    ...own.map(async (name) => await readHosted(world, config, keys, name)),
    ...(world.editor === undefined ? [] : [readEditor(world.editor)]),
    Promise.resolve(demoProvider),
  ]);
  return states.map((state) => (state.isReady && !isAllowed(world, config, state.name) ? refused(state) : state));
}

/** By residency, where it is reached now. An address that is none is said by whoever reads the provider. */
function isAllowed({ env }: World, config: Config, name: string): boolean {
  return checkProviderIn(config, env, name, null);
}

function refused(state: ProviderState): ProviderState {
  const detail = `${state.detail}, but residency in the configuration refuses it`;
  return { ...state, isReady: false, detail, models: [] };
}

/** Always there. */
export const demoProvider: ProviderState = {
  name: 'demo',
  detail: 'a scripted model: needs no key and costs nothing',
  isReady: true,
  lacksKey: false,
  isSimulated: true,
  models: [],
};

/** The provider a task uses when none is named, by the same choice as a run's; null where a person must choose. */
export async function defaultProvider({ models }: Pick<Config, 'models'>, keys: KeyPlaces): Promise<string | null> {
  const withKey = new Set<string>();
  // One after the other: a keychain that has to ask a person asks once.
  for (const name of keyedProviders(models)) if ((await keys.whereIs(name)) !== null) withKey.add(name);
  const choice = chosenProvider(models, (name) => withKey.has(name));
  return choice.kind === 'chosen' ? choice.provider : null;
}

async function readHosted(world: World, { models }: Config, keys: KeyPlaces, name: string): Promise<ProviderState> {
  const place = await keys.whereIs(name);
  // Whether there is a key is all that is asked for, so the key itself stays where it is.
  const env = place === null ? world.env : { ...world.env, [keyVariable(name)]: 'present' };
  const state = { name, lacksKey: false, isSimulated: false, models: [] };
  try {
    const offered = tiers.flatMap((tier): readonly AvailableModel[] => {
      const model = modelOfTier(name, tier, models, env);
      return model === null ? [] : [{ name: model, tier }];
    });
    // Without a model of its own a provider is still there: a person names one.
    resolveEndpoint({
      settings: models,
      env,
      provider: name,
      tier: 'balanced',
      ...(offered.length === 0 ? { model: 'any' } : {}),
    });
    return { ...state, isReady: true, detail: place ?? 'needs no key', models: offered };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A variable that is set and holds no key says so itself.
    const isUnset = keyVariables(name).every((variable) => (env[variable] ?? '').trim() === '');
    const isKeyMissing = error.code === 'key_missing' && isUnset;
    const detail = isKeyMissing
      ? `no key: set one with "Loki: Set Provider Key" or loki key set ${name}, or in the environment as ${keyVariable(name)}`
      : error.message;
    return { ...state, isReady: false, lacksKey: isKeyMissing, detail };
  }
}

const tiers: readonly ModelTier[] = ['fast', 'balanced', 'best'];

function modelOfTier(
  provider: string,
  tier: ModelTier,
  settings: Config['models'],
  env: NodeJS.ProcessEnv,
): string | null {
  try {
    return resolveEndpoint({ settings, env, provider, tier }).model;
  } catch (error) {
    if (error instanceof Failure && error.code === 'model_unknown') return null;
    throw error;
  }
}

/** Only this machine is looked at, and no address that a project brought and nobody has agreed to. */
async function readLocal({ env, lokiHome }: World, config: Config, name: string): Promise<ProviderState> {
  const state = { name, lacksKey: false, isSimulated: false, models: [] };
  const setting = `models.providers.${name}.base_url`;
  try {
    const address = addressOf(name, { settings: config.models, env });
    const open = await unconfirmed(lokiHome, config.confirmations);
    if (open.some(({ key }) => key === setting)) {
      return { ...state, isReady: false, detail: `this project asks for ${address}, which needs your agreement first` };
    }
    if (!isLoopback(address)) return { ...state, isReady: true, detail: `set up at ${address}; not tried` };
    const models = await localModels(address);
    if (models !== null) {
      const offered = models.map((model) => ({ name: model, tier: null }));
      return { ...state, isReady: true, detail: `answers at ${address}`, models: offered };
    }
    const start = name === 'ollama' ? '; start it with: ollama serve' : '';
    return { ...state, isReady: false, detail: `no model server answers at ${address}${start}` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...state, isReady: false, detail: error.message };
  }
}

async function readEditor(editor: NonNullable<World['editor']>): Promise<ProviderState> {
  const names = await editor.list();
  const state = { name: 'vscode', lacksKey: false, isSimulated: false };
  if (names === null) {
    const detail = 'the editor has not said yet which language models it has; choose again in a moment';
    return { ...state, detail, isReady: false, models: [] };
  }
  const models = names.map((name) => ({ name, tier: null }));
  const detail =
    models.length === 0
      ? 'the editor has no language models; extensions bring them'
      : 'asked through the editor, which asks you first';
  return { ...state, detail, isReady: models.length > 0, models };
}
