/** Tokens of one request as a provider counted them. `input` contains the cached ones. */
export interface TokenUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  /** What the provider says that it charged, in micro-dollars; left out where it says nothing. */
  readonly charged?: number;
}

/** No request has more tokens than this: beyond it a count is a mistake or a lie, and prices stay exact below it. */
export const maxTokens = 1_000_000_000;

/** Whether a number can be a count of tokens. */
export function isTokenCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= maxTokens;
}

/** Whether reported numbers can be true: whole, not negative, and no more cached tokens than there is input. */
export function isTokenUsage(usage: TokenUsage): boolean {
  const counts = [usage.input, usage.cacheRead, usage.cacheWrite, usage.output];
  const { charged = 0 } = usage;
  const isMoney = Number.isSafeInteger(charged) && charged >= 0;
  return isMoney && counts.every(isTokenCount) && usage.cacheRead + usage.cacheWrite <= usage.input;
}
