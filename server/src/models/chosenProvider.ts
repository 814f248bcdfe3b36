import { providerTable } from './providerTable.ts';
import type { ModelSettings } from './settings.ts';

export type ProviderChoice =
  | { readonly kind: 'chosen'; readonly provider: string }
  /** A person has to say; these have a key. */
  | { readonly kind: 'open'; readonly withKey: readonly string[] };

/**
 * The provider of a run for which nobody names one: the configured one, else the only one that has a key. A server that
 * happens to run, or needs no key, is asked only when somebody says so. Terminal and editor both choose here.
 */
export function chosenProvider(
  settings: Pick<ModelSettings, 'provider' | 'providers'>,
  hasKey: (provider: string) => boolean,
): ProviderChoice {
  if (settings.provider !== null) return { kind: 'chosen', provider: settings.provider };
  const withKey = keyedProviders(settings).filter(hasKey);
  const [only, second] = withKey;
  return only !== undefined && second === undefined ? { kind: 'chosen', provider: only } : { kind: 'open', withKey };
}

/** The providers that a key alone sets up, and those of the configuration. */
export function keyedProviders(settings: Pick<ModelSettings, 'providers'>): readonly string[] {
  const keyed = providerTable.filter(({ key, models }) => models !== null && key !== 'never').map(({ name }) => name);
  return [...new Set([...keyed, ...Object.keys(settings.providers)])];
}
