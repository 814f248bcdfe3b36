import type { TokenCount } from '#protocol/cost';
import type { TokenSpending } from './ledger.ts';

/** Tokens that were measured, with the word that some were not: budgets count those with the most they can have been. */
export function tokensShown(measured: TokenCount, { spent }: Pick<TokenSpending, 'spent'>): TokenCount {
  return spent > measured.input + measured.output ? { ...measured, isPartial: true } : measured;
}
