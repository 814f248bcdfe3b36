import { Failure } from '../base/failure.ts';
import { ollamaAddress, parseAddress, withVersion, withVersionAtRoot } from './address.ts';
import { demoEndpoint } from './demo/demoEndpoint.ts';
import { keyVariable, readKey } from './key.ts';
import type { Endpoint } from './model.ts';
import type { ModelSettings, ModelTier } from './settings.ts';

// Decides, before anything is sent, which provider and model a request goes to. Reads only what it is given.

export interface EndpointChoice {
  readonly settings: ModelSettings;
  readonly env: NodeJS.ProcessEnv;
  /** `--provider`; it wins over the configuration. */
  readonly provider?: string | undefined;
  /** `--model`; it wins over the tiers of the configuration. */
  readonly model?: string | undefined;
  readonly tier: ModelTier;
}

const defaultAddresses = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
} as const;

const defaultModels: Readonly<Record<string, Readonly<Record<ModelTier, string>>>> = {
  anthropic: { fast: 'claude-haiku-4-5', balanced: 'claude-sonnet-4-6', best: 'claude-opus-4-8' },
  openai: { fast: 'gpt-5-mini', balanced: 'gpt-5.1', best: 'gpt-5.2' },
};

const builtIn = ['anthropic', 'openai', 'ollama', 'demo'];

/** What `resolveEndpoint` answers for the demo provider until its scenario is known; see `demoEndpoint`. */
const unscripted = { name: 'generic', simulates: { provider: 'anthropic', model: 'claude-sonnet-4-5' } };

/**
 * The endpoint of a request, with everything there that it needs. Throws a `Failure` that says what to do:
 * `provider_unknown`, `model_unknown`, `key_missing`, or `config_invalid` for an address that is none.
 */
export function resolveEndpoint(choice: EndpointChoice): Endpoint {
  const provider = chooseProvider(choice);
  if (provider === 'demo') return resolveDemo(choice.model);
  const baseUrl = addressOf(provider, choice);
  demandKey(provider, baseUrl, choice.env);
  const model = modelOf(provider, choice);
  return {
    provider,
    model,
    baseUrl,
    region: choice.settings.providers[provider]?.region ?? knownRegion(baseUrl),
    isSimulated: false,
    pricedAs: { provider, model },
  };
}

function chooseProvider({ settings, env, provider }: EndpointChoice): string {
  const named = provider ?? settings.provider;
  const configured = Object.keys(settings.providers);
  if (named !== null) {
    if (builtIn.includes(named) || Object.hasOwn(settings.providers, named)) return named;
    const known = [...new Set([...builtIn, ...configured])].join(', ');
    const shown = JSON.stringify(named.slice(0, 64));
    throw new Failure(
      'provider_unknown',
      `there is no provider ${shown}; choose one of ${known}, or give it a base_url under models.providers in the configuration`,
    );
  }
  const candidates = [...new Set(['anthropic', 'openai', ...configured])];
  const withKey = candidates.filter((name) => readKey(name, env) !== null);
  const [only, second] = withKey;
  if (only !== undefined && second === undefined) return only;
  throw new Failure('provider_unknown', noChoice(withKey));
}

function noChoice(withKey: readonly string[]): string {
  if (withKey.length > 1) {
    return `there are keys for several providers; choose one with ${withKey.map((name) => `--provider ${name}`).join(' or ')}, or set models.provider in the configuration`;
  }
  return (
    'no provider is set up: set ANTHROPIC_API_KEY or OPENAI_API_KEY, ' +
    'or use a local model with --provider ollama --model NAME, ' +
    'or try Loki for nothing with --provider demo (a scripted model)'
  );
}

function resolveDemo(model: string | undefined): Endpoint {
  if (model === undefined) return demoEndpoint(unscripted);
  throw new Failure('model_unknown', 'the demo provider plays a script and has no models; leave out --model');
}

function addressOf(provider: string, { settings, env }: EndpointChoice): string {
  // The configuration goes first: what a platform team has set there must not give way to a variable.
  const configured = Object.hasOwn(settings.providers, provider) ? settings.providers[provider]?.baseUrl : null;
  const where = `models.providers.${provider}.base_url`;
  switch (provider) {
    case 'anthropic':
    case 'openai': {
      const variable = provider === 'anthropic' ? 'ANTHROPIC_BASE_URL' : 'OPENAI_BASE_URL';
      const complete = provider === 'anthropic' ? withVersion : withVersionAtRoot;
      const fromEnv = env[variable]?.trim();
      if (configured) return complete(parseAddress(configured, where));
      return fromEnv ? complete(parseAddress(fromEnv, variable)) : defaultAddresses[provider];
    }
    case 'ollama':
      return configured ? withVersion(parseAddress(configured, where)) : ollamaAddress(env['OLLAMA_HOST']);
    default:
      if (configured) return parseAddress(configured, where);
      throw new Failure(
        'provider_unknown',
        `the provider ${provider} needs an address; set ${where} in the configuration`,
      );
  }
}

/** Anthropic and OpenAI themselves always want a key; a server of one's own may not. */
function demandKey(provider: string, baseUrl: string, env: NodeJS.ProcessEnv): void {
  const key = readKey(provider, env);
  const isNeeded = provider === 'anthropic' || baseUrl === defaultAddresses.openai;
  if (key !== null || !isNeeded) return;
  throw new Failure(
    'key_missing',
    `no key for ${provider}: set ${keyVariable(provider)}, choose another --provider, or try --provider demo`,
  );
}

function modelOf(provider: string, { settings, model, tier }: EndpointChoice): string {
  // The tiers name models of the configured provider; they mean nothing to another one.
  const tiersApply = settings.provider === null || settings.provider === provider;
  const name = model ?? (tiersApply ? settings.tiers[tier] : undefined) ?? defaultModels[provider]?.[tier];
  if (name === undefined) {
    throw new Failure(
      'model_unknown',
      `the provider ${provider} has no default model; say which with --model NAME or models.tiers.${tier} in the configuration`,
    );
  }
  if (!/^[\x21-\x7E]{1,200}$/.test(name)) {
    throw new Failure('model_unknown', `${JSON.stringify(name.slice(0, 64))} is no name of a model; check --model`);
  }
  return name;
}

/** Where a request is worked on, as far as the address itself promises it. Anything else has to be configured. */
function knownRegion(baseUrl: string): string | null {
  switch (new URL(baseUrl).hostname) {
    case 'eu.api.openai.com':
      return 'eu';
    case 'us.api.openai.com':
      return 'us';
    default:
      return null;
  }
}
