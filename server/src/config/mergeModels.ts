import type { Rates } from '../cost/rates.ts';
import { pinKinds, type ModelSettings, type ModelTier, type Pin, type ProviderSettings } from '../models/settings.ts';
import type { ProviderHost } from '../policy/policy.ts';
import type { ConfigDocument } from './schema.ts';
import type { Tier } from './tier.ts';

// How the `models` sections of the tiers become one. The highest tier that says something wins, value by value; what is
// said about a place (its region) holds for that place only.

type ModelsSection = NonNullable<ConfigDocument['models']>;

export function mergeModels(tiers: readonly Tier[]): ModelSettings {
  const sections = tiers.map((tier) => tier.values.models ?? {});
  const fromLowest = sections.toReversed();
  const provider = first(sections.map((section) => section.provider));
  return {
    provider,
    tiers: Object.assign({}, ...fromLowest.map((section) => section.tiers)) as ModelSettings['tiers'],
    providers: mergeProviders(tiers, provider),
    prices: Object.assign({}, ...fromLowest.map(pricesIn)) as ModelSettings['prices'],
    failover: first(sections.map((section) => section.failover)) ?? [],
    // Tier by tier: a narrow pin of a project must not undo a wide one of the user or of a platform team.
    pins: tiers.flatMap(pinsIn),
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

function mergeProviders(tiers: readonly Tier[], chosen: string | null): ModelSettings['providers'] {
  const providers: Record<string, ProviderSettings> = {};
  const names = new Set(tiers.flatMap((tier) => Object.keys(tier.values.models?.providers ?? {})));
  for (const name of names) {
    const said = tiers.map((tier) => providersIn(tier)[name] ?? {});
    const baseUrl = first(said.map((provider) => provider.base_url));
    providers[name] = {
      baseUrl,
      region: regionSaid(name, tiers, baseUrl),
      api: first(said.map(({ api }) => api)),
      tiers: tiersOf(name, tiers, chosen),
    };
  }
  return providers;
}

/** A provider's own tiers, without those of which a higher tier has said `models.tiers` of the chosen provider. */
function tiersOf(name: string, tiers: readonly Tier[], chosen: string | null): NonNullable<ProviderSettings['tiers']> {
  const merged: Partial<Record<ModelTier, string>> = {};
  for (const tier of tiers.toReversed()) {
    if (name === chosen) for (const said of modelTiersIn(tier)) delete merged[said];
    Object.assign(merged, providersIn(tier)[name]?.tiers);
  }
  return merged;
}

function modelTiersIn({ values }: Tier): readonly ModelTier[] {
  return Object.keys(values.models?.tiers ?? {}).filter(isTier);
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

/** The pins of one tier, from narrow to wide. */
function pinsIn({ values, sourceOf }: Tier): readonly Pin[] {
  return pinKinds.flatMap((kind) =>
    Object.entries(values.models?.pins?.[kind] ?? {}).map(([name, value]) => {
      const source = sourceOf(['models', 'pins', kind, name]);
      return { kind, name, source, ...modelOf(value) };
    }),
  );
}

function modelOf(value: string | { readonly provider: string; readonly model: string }): Pick<Pin, 'provider' | 'use'> {
  if (typeof value === 'object') return { provider: value.provider, use: { model: value.model } };
  return { provider: null, use: isTier(value) ? { tier: value } : { model: value } };
}

function isTier(text: string): text is ModelTier {
  return text === 'fast' || text === 'balanced' || text === 'best';
}

function first<T>(values: readonly (T | undefined)[]): T | null {
  return values.find((value) => value !== undefined) ?? null;
}
