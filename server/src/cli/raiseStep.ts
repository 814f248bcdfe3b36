import type { BudgetShown } from '#protocol/cost';
import { countedAmount } from '../cost/budgetUnit.ts';
import { readGroup } from '../cost/groupWords.ts';
import { raiseCommand } from '../cost/raising.ts';

/** What is typed behind `loki` so that a task goes on that a limit has stopped; null where no person may raise it. */
export function raiseStep({ window, unit, group, raiseTo }: BudgetShown, taskId: string): string | null {
  if (raiseTo === undefined) return null;
  const name = { window, unit, group: group === null ? null : readGroup(group) };
  return raiseCommand(name, taskId, countedAmount(unit, raiseTo));
}
