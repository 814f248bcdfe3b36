import type { RuleSource } from '#protocol/policy';
import type { Rates } from '../cost/rates.ts';

export type ModelTier = 'fast' | 'balanced' | 'best';

/** What a provider's address speaks. */
export type WireApi = 'anthropic' | 'responses' | 'chat' | 'google';

export type TierModels = Readonly<Partial<Record<ModelTier, string>>>;

export interface ProviderSettings {
  readonly baseUrl: string | null;
  /** Said of this very address; what was said of another one is no word about it. */
  readonly region: string | null;
  /** What an OpenAI-compatible address speaks; null for what is usual there. */
  readonly api?: 'responses' | 'chat' | null;
  readonly tiers?: TierModels;
}

/** Whom or what a pin is for, from narrow to wide. */
export const pinKinds = ['agents', 'task_types', 'phases'] as const;

/** What somebody pinned: it holds before what the roster names. */
export interface Pin {
  readonly kind: (typeof pinKinds)[number];
  /** Of the agent, the task type or the phase. */
  readonly name: string;
  /** A tier, or one model, of the chosen provider unless another is named. */
  readonly provider: string | null;
  readonly use: { readonly tier: ModelTier } | { readonly model: string };
  readonly source: RuleSource;
}

/** The `models` section of the configuration. */
export interface ModelSettings {
  readonly provider: string | null;
  readonly tiers: TierModels;
  /** By name; a name that is not built in means an OpenAI-compatible server and needs a `baseUrl`. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  /** By model name, for models that the price list does not know. */
  readonly prices: Readonly<Record<string, Rates>>;
  /** Who is asked, in this order, when the chosen provider fails for good. */
  readonly failover: readonly string[];
  /** The first that fits counts: those of a higher tier of the configuration first, of one tier the narrow ones. */
  readonly pins: readonly Pin[];
}
