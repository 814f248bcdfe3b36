/** Prices of one model in US dollars per million tokens, for requests with at least `fromInputTokens` of input. */
export interface RateTier {
  readonly fromInputTokens: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Sorted by `fromInputTokens`, the first from 0. */
export type Rates = readonly [RateTier, ...RateTier[]];
