import type { BudgetGroup } from '../cost/limits.ts';
import { limitWords, microUsd } from '../cost/money.ts';

/** What a person has raised, for whoever reads the record: `the limit of agent architect is raised from $1.00 to $2.00`. */
export function raiseWords(unit: 'usd' | 'tokens', group: BudgetGroup | null, from: number, to: number): string {
  const whose = group === null ? '' : ` of ${group.kind} ${group.name}`;
  const words = (amount: number): string => (unit === 'usd' ? limitWords(microUsd(amount)) : `${amount} tokens`);
  return `the limit${whose} is raised from ${words(from)} to ${words(to)}`;
}
