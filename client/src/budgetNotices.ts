import * as vscode from 'vscode';
import type { BudgetShown } from '#protocol/cost';
import type { RunSummary } from '#protocol/task';
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

async function tell(
  { workspace, runId }: RunSummary,
  message: string,
  { state, window, group, unit }: BudgetShown,
): Promise<void> {
  // Limits of groups and of tokens are raised in the configuration.
  const mayRaise = state === 'limit' && group === null && unit === 'usd';
  const text = `Loki: ${plainWords(message)}${state === 'limit' ? '. The task pauses and keeps its state' : ''}`;
  const chosen = await vscode.window.showWarningMessage(text, ...(mayRaise ? [raise] : []), showCost);
  if (chosen === raise) await vscode.commands.executeCommand('loki.raiseCostLimit', window, workspace, runId);
  if (chosen === showCost) await vscode.commands.executeCommand('loki.showCost');
}
