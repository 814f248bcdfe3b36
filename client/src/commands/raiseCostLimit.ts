import * as z from 'zod/mini';
import * as vscode from 'vscode';
import { budgetWindow, costMeter, costRaise, type BudgetShown, type Meter } from '#protocol/cost';
import { chooseFolderToWorkIn } from '../chooseFolder.ts';
import { isResumable } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import { limitUsd, usd } from '../words.ts';

type Window = BudgetShown['window'];

const words: Readonly<Record<Window, string>> = { task: 'the latest task', day: 'today', month: 'this month' };

/**
 * `Loki: Raise Cost Limit`: asks which limit and how far. The sidecar decides whether it may be, and records it; a task
 * that was paused is offered to go on. A click may say which limit, and of which folder.
 */
export function raiseCostLimit(client: Client): Command {
  return {
    id: 'loki.raiseCostLimit',
    run: async (named, place) => {
      const folders = client.workspaces.folders().map(({ uri }) => uri.fsPath);
      const given = z.safeParse(z.string(), place);
      const workspace = given.success && folders.includes(given.data) ? given.data : await chooseFolderToWorkIn(client);
      if (workspace === null) return;
      const meter = await client.sidecar.ask(costMeter, { workspace });
      const known = z.safeParse(budgetWindow, named);
      const window = known.success ? known.data : await askWindow(meter);
      const current = window === null ? null : limitOf(meter, window);
      if (window === null || current === null) {
        if (window !== null) void vscode.window.showInformationMessage(`Loki: no limit is set for ${words[window]}`);
        return;
      }
      const to = await askAmount(window, current);
      if (to === undefined) return;
      const latest = client.runs.all().find(({ summary }) => summary.workspace === workspace)?.summary ?? null;
      const runId = window === 'task' ? (latest?.runId ?? null) : null;
      const raised = await client.sidecar.ask(costRaise, { workspace, window, runId, to });
      const told = `Loki: the limit for ${words[window]} is ${limitUsd(raised.toUsd)} now`;
      if (latest === null || !isResumable(latest)) {
        void vscode.window.showInformationMessage(told);
        return;
      }
      const resume = 'Resume Task';
      const chosen = await vscode.window.showInformationMessage(told, resume);
      if (chosen === resume) await vscode.commands.executeCommand('loki.resumeTask', { runId: latest.runId });
    },
  };
}

function limitOf(meter: Meter, window: Window): number | null {
  return meter[window]?.limitUsd ?? null;
}

async function askWindow(meter: Meter): Promise<Window | null> {
  const items = budgetWindow.options.flatMap((window) => {
    const state = meter[window];
    if (state === null || state.limitUsd === null) return [];
    return [
      { label: words[window], description: `${usd(state.spentUsd)} of ${limitUsd(state.limitUsd)} spent`, window },
    ];
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage('Loki: no limit is set, so there is nothing to raise');
    return null;
  }
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Which limit?' });
  return picked?.window ?? null;
}

async function askAmount(window: Window, current: number): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Loki: Raise Cost Limit',
    prompt: `The new limit for ${words[window]}, in US dollars; it is ${limitUsd(current)} now. The decision is recorded.`,
    validateInput: (value) =>
      /^\s*\d{1,9}(\.\d+)?\s*$/.test(value) && Number(value) > current
        ? ''
        : `An amount above ${current}, such as ${(current * 2).toFixed(2)}`,
  });
  return text?.trim();
}
