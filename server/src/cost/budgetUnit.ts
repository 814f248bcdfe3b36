import { limitWords, microUsd } from './money.ts';

// What a limit counts. The ledger has it in micro-dollars and whole tokens, people and the wire in US dollars and tokens.

export type BudgetUnit = 'usd' | 'tokens';

/** An amount of the ledger as people have it. */
export function shownAmount(unit: BudgetUnit, amount: number): number {
  return unit === 'usd' ? amount / 1_000_000 : amount;
}

/** The other way round. */
export function countedAmount(unit: BudgetUnit, shown: number): number {
  return unit === 'usd' ? Math.round(shown * 1_000_000) : shown;
}

/** A limit of the ledger in words: `$7.50`, `2000000 tokens`. */
export function amountWords(unit: BudgetUnit, amount: number): string {
  return unit === 'usd' ? limitWords(microUsd(amount)) : `${amount} tokens`;
}
