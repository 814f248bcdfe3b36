import type { LoggedIntent } from './loggedCall.ts';
import type { Rates } from './rates.ts';

/**
 * A log does not say the prices of a request: these come to what was reserved for all of its tokens. The same prices are
 * one object, because the ledger writes terms down once for each.
 */
export function flatRates(): (intent: LoggedIntent) => Rates {
  const made = new Map<number, Rates>();
  return ({ reserved, inputBound, maxOutputTokens }) => {
    const tokens = inputBound + maxOutputTokens;
    const perToken = tokens === 0 ? 1 : Math.min(1_000_000, reserved / tokens);
    const known = made.get(perToken);
    if (known !== undefined) return known;
    const rates: Rates = [
      { fromInputTokens: 0, input: perToken, output: perToken, cacheRead: perToken, cacheWrite: perToken },
    ];
    made.set(perToken, rates);
    return rates;
  };
}
