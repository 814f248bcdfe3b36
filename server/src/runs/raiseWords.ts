import { amountWords, type BudgetUnit } from '../cost/budgetUnit.ts';
import { ofGroup } from '../cost/groupWords.ts';
import type { BudgetGroup } from '../cost/limits.ts';

/** What a person has raised, for whoever reads the record: `the limit (agent architect) is raised from $1.00 to $2.00`. */
export function raiseWords(unit: BudgetUnit, group: BudgetGroup | null, from: number, to: number): string {
  return `the limit${ofGroup(group)} is raised from ${amountWords(unit, from)} to ${amountWords(unit, to)}`;
}
