import type { Rates } from '../cost/rates.ts';
import type { ModelSettings, ModelTier, Pin, Pins, ProviderSettings } from '../models/settings.ts';
import type { ProviderHost } from '../policy/policy.ts';
import type { ConfigDocument } from './schema.ts';
import type { Tier } from './tier.ts';

// How the `models` sections of the tiers become one. The highest tier that says something wins, value by value; what is
// said about a place (its region) holds for that place only.

type ModelsSection = NonNullable<ConfigDocument['models']>;

export function mergeModels(tiers: readonly Tier[]): ModelSettings {
  const sections = tiers.map((tier) => tier.values.models ?? {});
  const fromLowest = sections.toReversed();
  const pins = fromLowest.map(({ pins }) => pins);
  return {
    provider: first(sections.map((section) => section.provider)),
    tiers: Object.assign({}, ...fromLowest.map((section) => section.tiers)) as ModelSettings['tiers'],
    providers: mergeProviders(tiers),
    prices: Object.assign({}, ...fromLowest.map(pricesIn)) as ModelSettings['prices'],
    failover: first(sections.map((section) => section.failover)) ?? [],
    pins: {
      agents: pinsOf(pins.map((section) => section?.agents)),
      phases: pinsOf(pins.map((section) => section?.phases)),
      taskTypes: pinsOf(pins.map((section) => section?.task_types)),
    },
  };
}

/** The hosts that a tier says providers are reached at. */
export function hostsSaidIn({ tier, values }: Tier): readonly ProviderHost[] {
  return Object.entries(values.models?.providers ?? {}).flatMap(([provider, { base_url: address }]) =>
    address === undefined ? [] : [{ provider, host: hostAndPort(address), tier }],
  );
}

/** With the port, written out or not: at another one another server answers. */
function hostAndPort(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname.replace(/\.$/, '')}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

function mergeProviders(tiers: readonly Tier[]): ModelSettings['providers'] {
  const providers: Record<string, ProviderSettings> = {};
  const names = new Set(tiers.flatMap((tier) => Object.keys(tier.values.models?.providers ?? {})));
  for (const name of names) {
    const said = tiers.map((tier) => providersIn(tier)[name] ?? {});
    const baseUrl = first(said.map((provider) => provider.base_url));
    providers[name] = {
      baseUrl,
      region: regionSaid(name, tiers, baseUrl),
      api: first(said.map(({ api }) => api)),
      tiers: Object.assign({}, ...said.toReversed().map((provider) => provider.tiers)) as ModelSettings['tiers'],
    };
  }
  return providers;
}

/**
 * The region as the highest tier says it of the address that counts: who names none means the provider's own address. A
 * tier below one that restricts regions cannot say that an address lies in one of them.
 */
function regionSaid(name: string, tiers: readonly Tier[], baseUrl: string | null): string | null {
  const restricting = tiers.findIndex(({ values }) => values.residency?.allowed_regions !== undefined);
  const mayTell =
    restricting === -1 ? tiers : tiers.filter(({ tier }) => rank[tier] <= rank[tiers[restricting]?.tier ?? tier]);
  const telling = mayTell
    .map((tier) => providersIn(tier)[name])
    .find((provider) => provider?.region !== undefined && (provider.base_url ?? null) === baseUrl);
  return telling?.region ?? null;
}

const rank: Readonly<Record<Tier['tier'], number>> = { default: 0, managed: 0, user: 1, project: 2 };

function providersIn({ values }: Tier): NonNullable<ModelsSection['providers']> {
  return values.models?.providers ?? {};
}

function pricesIn({ prices = {} }: ModelsSection): Record<string, Rates> {
  return Object.fromEntries(
    Object.entries(prices).map(([model, { input, output, cache_read: cacheRead, cache_write: cacheWrite }]) => [
      model,
      [{ fromInputTokens: 0, input, output, cacheRead: cacheRead ?? input, cacheWrite: cacheWrite ?? input }],
    ]),
  );
}

type PinSection = Readonly<Record<string, string | { readonly provider: string; readonly model: string } | undefined>>;

function pinsOf(fromLowest: readonly (PinSection | undefined)[]): Pins['agents'] {
  const merged: Record<string, Pin> = {};
  for (const section of fromLowest) {
    for (const [key, value] of Object.entries(section ?? {})) if (value !== undefined) merged[key] = pinOf(value);
  }
  return merged;
}

function pinOf(value: string | { readonly provider: string; readonly model: string }): Pin {
  if (typeof value === 'object') return { provider: value.provider, use: { model: value.model } };
  return { provider: null, use: isTier(value) ? { tier: value } : { model: value } };
}

function isTier(text: string): text is ModelTier {
  return text === 'fast' || text === 'balanced' || text === 'best';
}

function first<T>(values: readonly (T | undefined)[]): T | null {
  return values.find((value) => value !== undefined) ?? null;
}
