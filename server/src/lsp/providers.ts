import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { unconfirmed } from '../config/trust.ts';
import { isLoopback, ollamaAddress, parseAddress } from '../models/address.ts';
import { resolveEndpoint } from '../models/endpoint.ts';
import { keyVariable } from '../models/key.ts';
import type { World } from '../runs/world.ts';
import { isListening } from './isListening.ts';
import { placeInWords, type ProviderKeys } from './providerKeys.ts';

export interface ProviderState {
  readonly name: string;
  readonly detail: string;
  readonly isReady: boolean;
  readonly isSimulated: boolean;
}

const localAnswerMs = 300;

/** What each provider needs to be asked, and whether it is there. Sends nothing to any of them. */
export async function readProviders(
  world: World,
  config: Config,
  keys: ProviderKeys,
): Promise<readonly ProviderState[]> {
  const configured = Object.keys(config.models.providers).filter((name) => !builtIn.has(name));
  for (const name of configured) keys.known.add(name);
  const real = await Promise.all([
    readHosted(world, config, keys, 'anthropic'),
    readHosted(world, config, keys, 'openai'),
    readOllama(world, config),
    ...configured.map(async (name) => await readHosted(world, config, keys, name)),
  ]);
  return [...real, demoProvider];
}

/** Always there. */
export const demoProvider: ProviderState = {
  name: 'demo',
  detail: 'a scripted model: needs no key and costs nothing',
  isReady: true,
  isSimulated: true,
};

/** The provider a task uses when none is named, by the same choice as a run's; null where a person must choose. */
export function defaultProvider(config: Config, providers: readonly ProviderState[]): string | null {
  if (config.models.provider !== null) return config.models.provider;
  const ready = providers.filter(({ name, isReady, isSimulated }) => isReady && !isSimulated && name !== 'ollama');
  return ready.length === 1 ? (ready[0]?.name ?? null) : null;
}

const builtIn: ReadonlySet<string> = new Set(['anthropic', 'openai', 'ollama', 'demo']);

async function readHosted(world: World, { models }: Config, keys: ProviderKeys, name: string): Promise<ProviderState> {
  const place = await keys.placeOf(name);
  // Whether there is a key is all that is asked for, so the key itself stays where it is.
  const env = place === null ? world.env : { ...world.env, [keyVariable(name)]: 'present' };
  const state = { name, isSimulated: false };
  try {
    resolveEndpoint({ settings: models, env, provider: name, tier: 'balanced' });
    return { ...state, isReady: true, detail: place === null ? 'needs no key' : placeInWords(place, name) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const isKeyMissing = error.code === 'key_missing';
    const detail = isKeyMissing
      ? `no key: set one with "Loki: Set Provider Key", or in the environment as ${keyVariable(name)}`
      : error.message;
    return { ...state, isReady: false, detail };
  }
}

/** Only this machine is looked at, and no address that a project brought and nobody has agreed to. */
async function readOllama({ env, lokiHome }: World, config: Config): Promise<ProviderState> {
  const state = { name: 'ollama', isSimulated: false };
  const fromConfig = config.models.providers['ollama']?.baseUrl ?? null;
  try {
    const address =
      fromConfig === null
        ? ollamaAddress(env['OLLAMA_HOST'])
        : parseAddress(fromConfig, 'models.providers.ollama.base_url');
    const open = await unconfirmed(lokiHome, config.confirmations);
    if (fromConfig !== null && open.some(({ key }) => key === 'models.providers.ollama.base_url')) {
      return { ...state, isReady: false, detail: `this project asks for ${address}, which needs your agreement first` };
    }
    if (!isLoopback(address)) return { ...state, isReady: true, detail: `set up at ${address}; not tried` };
    return (await isListening(address, localAnswerMs))
      ? { ...state, isReady: true, detail: `answers at ${address}` }
      : { ...state, isReady: false, detail: `nothing answers at ${address}; start it with: ollama serve` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...state, isReady: false, detail: error.message };
  }
}
