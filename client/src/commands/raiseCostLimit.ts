import * as z from 'zod/mini';
import * as vscode from 'vscode';
import { budgetShown, budgetWindow, costMeter, costRaise } from '#protocol/cost';
import { chooseFolderToWorkIn } from '../chooseFolder.ts';
import { isResumable } from '../chooseRun.ts';
import type { Client, Command } from '../client.ts';
import {
  amountWords,
  limitIn,
  limitWords,
  raisable,
  refusalOf,
  stoppedBy,
  type RaisableLimit,
} from '../raisableLimit.ts';
import type { Run } from '../runs/runs.ts';

/**
 * `Loki: Raise Cost Limit`: asks which limit and how far, the one first that stopped the latest task. The sidecar decides
 * whether it may be, and records it; a task that was paused is offered to go on. A click may say which limit (a window, or
 * what was told of a budget), of which folder and which run.
 */
export function raiseCostLimit(client: Client): Command {
  return {
    id: 'loki.raiseCostLimit',
    run: async (named, place, stopped) => {
      const folders = client.workspaces.folders().map(({ uri }) => uri.fsPath);
      const given = z.safeParse(z.string(), place);
      const workspace = given.success && folders.includes(given.data) ? given.data : await chooseFolderToWorkIn(client);
      if (workspace === null) return;
      const run = await runOf(client, workspace, stopped);
      const limit = await chooseLimit(client, workspace, named, run);
      if (limit === null) return;
      const to = await askAmount(limit);
      if (to === undefined) return;
      const { window, group, unit } = limit;
      const runId = window === 'task' ? (run?.summary.runId ?? null) : null;
      const raised = await client.sidecar.ask(costRaise, { workspace, window, runId, group, unit, to });
      const told = `Loki: the limit for ${limitWords(limit)} is ${amountWords(limit, raised.to)} now`;
      if (run === null || !isResumable(run.summary)) {
        void vscode.window.showInformationMessage(told);
        return;
      }
      const resume = 'Resume Task';
      const chosen = await vscode.window.showInformationMessage(told, resume);
      if (chosen === resume) await vscode.commands.executeCommand('loki.resumeTask', { runId: run.summary.runId });
    },
  };
}

/** The run that was named, or the latest of the folder. */
async function runOf({ runs }: Client, workspace: string, named: unknown): Promise<Run | null> {
  const given = z.safeParse(z.string(), named);
  const wanted = given.success ? runs.get(given.data) : null;
  const run = wanted ?? runs.all().find(({ summary }) => summary.workspace === workspace) ?? null;
  return run === null ? null : await runs.follow(run.summary.runId);
}

async function chooseLimit(
  { sidecar }: Client,
  workspace: string,
  named: unknown,
  run: Run | null,
): Promise<RaisableLimit | null> {
  const told = z.safeParse(budgetShown, named);
  if (told.success) return raisable(told.data);
  const meter = await sidecar.ask(costMeter, { workspace });
  const window = z.safeParse(budgetWindow, named);
  if (!window.success)
    return await askLimit(
      limitsOf(
        budgetWindow.options.map((one) => limitIn(meter, one)),
        run,
      ),
    );
  const limit = limitIn(meter, window.data);
  if (limit === null) {
    const words = limitWords({ window: window.data, group: null, unit: 'usd' });
    void vscode.window.showInformationMessage(`Loki: no limit is set for ${words}`);
  }
  return limit;
}

function limitsOf(ofAll: readonly (RaisableLimit | null)[], run: Run | null): readonly RaisableLimit[] {
  const stopping = run === null ? null : stoppedBy(run);
  const others = ofAll.filter((limit) => limit !== null);
  if (stopping === null) return others;
  return [stopping, ...others.filter((limit) => limitWords(limit) !== limitWords(stopping))];
}

async function askLimit(limits: readonly RaisableLimit[]): Promise<RaisableLimit | null> {
  if (limits.length === 0) {
    void vscode.window.showInformationMessage('Loki: no limit is set, so there is nothing to raise');
    return null;
  }
  const items = limits.map((limit) => ({
    label: limitWords(limit),
    description: `${amountWords(limit, limit.spent)} of ${amountWords(limit, limit.limit)} used${limit.raiseTo === null ? '' : '; this is what stopped the task'}`,
    limit,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Which limit?' });
  return picked?.limit ?? null;
}

async function askAmount(limit: RaisableLimit): Promise<string | undefined> {
  const unit = limit.unit === 'usd' ? 'in US dollars' : 'in tokens';
  const text = await vscode.window.showInputBox({
    title: 'Loki: Raise Cost Limit',
    prompt: `The new limit for ${limitWords(limit)}, ${unit}; it is ${amountWords(limit, limit.limit)} now. The decision is recorded.`,
    validateInput: (value) => refusalOf(limit, value),
  });
  return text?.trim();
}
