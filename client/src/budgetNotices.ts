import * as vscode from 'vscode';
import type { BudgetShown } from '#protocol/cost';
import type { RunSummary } from '#protocol/task';
import { raisable } from './raisableLimit.ts';
import type { RunNews } from './runs/runs.ts';
import { plainWords } from './visible.ts';

const raise = 'Raise Limit';
const showCost = 'Show Cost';

/** Says that money runs short, wherever the person is looking: once for each alert, and when a task has paused for it. */
export function tellBudgets({ summary, events }: RunNews): void {
  for (const { event } of events) {
    if (event.type === 'notice' && event.budget !== undefined) {
      void tell(summary, event.message, event.budget);
    }
  }
}

async function tell({ workspace, runId }: RunSummary, message: string, budget: BudgetShown): Promise<void> {
  const isLimit = budget.state === 'limit';
  const text = `Loki: ${isLimit ? 'The task pauses and keeps its state. ' : ''}${plainWords(message)}`;
  const choices = raisable(budget) === null ? [showCost] : [raise, showCost];
  const chosen = await vscode.window.showWarningMessage(text, ...choices);
  if (chosen === raise) await vscode.commands.executeCommand('loki.raiseCostLimit', budget, workspace, runId);
  if (chosen === showCost) await vscode.commands.executeCommand('loki.showCost');
}
