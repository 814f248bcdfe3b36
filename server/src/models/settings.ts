import type { Rates } from '../cost/rates.ts';

export type ModelTier = 'fast' | 'balanced' | 'best';

export interface ProviderSettings {
  readonly baseUrl: string | null;
  readonly region: string | null;
}

/** The `models` section of the configuration. */
export interface ModelSettings {
  readonly provider: string | null;
  readonly tiers: Readonly<Partial<Record<ModelTier, string>>>;
  /** By name; a name that is not built in means an OpenAI-compatible server and needs a `baseUrl`. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** By model name, for models that the price list does not know. */
  readonly prices: Readonly<Record<string, Rates>>;
}
