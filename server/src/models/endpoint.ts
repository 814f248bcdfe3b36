import { Failure } from '../base/failure.ts';
import { addressOf } from './addressOf.ts';
import { chosenProvider } from './chosenProvider.ts';
import { demoEndpoint } from './demo/demoEndpoint.ts';
import { keyVariable, readKey } from './key.ts';
import type { Endpoint } from './model.ts';
import { knownProvider, providerTable, regionsOfHosts } from './providerTable.ts';
import { proxyFor } from './proxy.ts';
import type { ModelSettings, ModelTier, ProviderSettings, WireApi } from './settings.ts';

// Decides, before anything is sent, which provider and model a request goes to. Reads only what it is given.

export interface EndpointChoice {
  readonly settings: ModelSettings;
  readonly env: NodeJS.ProcessEnv;
  /** `--provider`; it wins over the configuration. */
  readonly provider?: string | undefined;
  /** `--model`, or a pin; it wins over the tiers of the configuration. */
  readonly model?: string | undefined;
  readonly tier: ModelTier;
}

/** What `resolveEndpoint` answers for the demo provider until its scenario is known; see `demoEndpoint`. */
const unscripted = { name: 'generic', simulates: { provider: 'anthropic', model: 'claude-sonnet-4-5' } };

/**
 * The endpoint of a request, with everything there that it needs. Throws a `Failure` that says what to do:
 * `provider_unknown`, `model_unknown`, `key_missing`, or `config_invalid` for an address or a proxy that is none.
 */
export function resolveEndpoint(choice: EndpointChoice): Endpoint {
  const provider = chooseProvider(choice);
  if (provider === 'demo') return resolveDemo(choice.model);
  if (provider === 'vscode') return editorEndpoint(modelOf(provider, choice));
  const baseUrl = addressOf(provider, choice);
  demandKey(provider, baseUrl, choice.env);
  const model = modelOf(provider, choice);
  return {
    provider,
    model,
    api: apiOf(provider, baseUrl, choice.settings),
    baseUrl,
    proxy: proxyFor(baseUrl, choice.env),
    region: resolveRegion(provider, baseUrl, choice.settings),
    isSimulated: false,
    pricedAs: { provider, model },
  };
}

function chooseProvider({ settings, env, provider }: EndpointChoice): string {
  if (provider !== undefined) return knownOf(provider, settings);
  const choice = chosenProvider(settings, (name) => readKey(name, env) !== null);
  if (choice.kind === 'chosen') return knownOf(choice.provider, settings);
  throw new Failure('provider_unknown', noChoice(choice.withKey));
}

/** The provider of this name, where there is one. */
function knownOf(named: string, { providers }: ModelSettings): string {
  if (knownProvider(named) !== null || Object.hasOwn(providers, named)) return named;
  const known = [...new Set([...providerTable.map(({ name }) => name), ...Object.keys(providers)])].join(', ');
  const shown = JSON.stringify(named.slice(0, 64));
  throw new Failure(
    'provider_unknown',
    `there is no provider ${shown}; choose one of ${known}, or give it a base_url under models.providers in the configuration`,
  );
}

function noChoice(withKey: readonly string[]): string {
  if (withKey.length > 1) {
    return `there are keys for several providers; choose one with ${withKey.map((name) => `--provider ${name}`).join(' or ')}, or set models.provider in the configuration`;
  }
  return (
    'no provider is set up: keep a key with "loki key set anthropic" (or openai, google), or set ANTHROPIC_API_KEY, OPENAI_API_KEY or GOOGLE_API_KEY, ' +
    'or use a local model with --provider ollama --model NAME, ' +
    'or try Loki for nothing with --provider demo (a scripted model)'
  );
}

function resolveDemo(model: string | undefined): Endpoint {
  if (model === undefined) return demoEndpoint(unscripted);
  throw new Failure('model_unknown', 'the demo provider plays a script and has no models; leave out --model');
}

/** A model that the editor asks for us: where it is reached is the editor's affair, so nothing of that is known. */
function editorEndpoint(model: string): Endpoint {
  const pricedAs = { provider: 'vscode', model };
  return { ...pricedAs, api: null, baseUrl: null, proxy: null, region: null, isSimulated: false, pricedAs };
}

/** Some providers always want a key, OpenAI at its own address only; a server of one's own may not. */
function demandKey(provider: string, baseUrl: string, env: NodeJS.ProcessEnv): void {
  const key = readKey(provider, env);
  const known = knownProvider(provider);
  const isNeeded = known?.key === 'always' || (known?.key === 'at its own address' && baseUrl === known.address);
  if (key !== null || !isNeeded) return;
  throw new Failure(
    'key_missing',
    `no key for ${provider}: keep one with "loki key set ${provider}", set ${keyVariable(provider)}, choose another --provider, or try --provider demo`,
  );
}

function modelOf(provider: string, { settings, model, tier }: EndpointChoice): string {
  // The tiers name models of the configured provider; they mean nothing to another one.
  const tiersApply = settings.provider === null || settings.provider === provider;
  const name =
    model ??
    settingsOf(provider, settings)?.tiers?.[tier] ??
    (tiersApply ? settings.tiers[tier] : undefined) ??
    knownProvider(provider)?.models?.[tier];
  if (name === undefined) {
    throw new Failure(
      'model_unknown',
      `the provider ${provider} has no default model; say which with --model NAME, models.tiers.${tier} or models.providers.${provider}.tiers.${tier} in the configuration`,
    );
  }
  if (!/^[\x21-\x7E]{1,200}$/.test(name)) {
    throw new Failure('model_unknown', `${JSON.stringify(name.slice(0, 64))} is no name of a model; check --model`);
  }
  return name;
}

/** Servers that are compatible with OpenAI speak its chat completions; the Responses API is OpenAI's own. */
function apiOf(provider: string, baseUrl: string, settings: ModelSettings): WireApi {
  const usual = knownProvider(provider)?.api ?? 'chat';
  if (usual === 'anthropic' || usual === 'google') return usual;
  const isAtHome = usual === 'responses' && isHostOf(provider, baseUrl);
  return settingsOf(provider, settings)?.api ?? (isAtHome ? 'responses' : 'chat');
}

/** Whether an address is at a host of this known provider itself. */
export function isHostOf(provider: string, baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  const hosts = knownProvider(provider)?.hosts ?? [];
  return hosts.some((host) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host));
}

/** What the configuration says of this very address, else what the address itself promises. */
export function resolveRegion(provider: string, baseUrl: string, settings: ModelSettings): string | null {
  const said = settingsOf(provider, settings);
  const saidOf = said?.baseUrl ?? null;
  const usual = knownProvider(provider)?.address ?? null;
  // A variable that moves the provider elsewhere does not take the region along.
  if (said?.region !== undefined && said.region !== null && (saidOf !== null || baseUrl === usual)) return said.region;
  // Without TLS, or at another port, it is not that host that promises anything.
  const { protocol, host } = new URL(baseUrl);
  return protocol === 'https:' && Object.hasOwn(regionsOfHosts, host) ? (regionsOfHosts[host] ?? null) : null;
}

function settingsOf(provider: string, { providers }: ModelSettings): ProviderSettings | null {
  return Object.hasOwn(providers, provider) ? (providers[provider] ?? null) : null;
}
