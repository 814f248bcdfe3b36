import * as z from 'zod/mini';
import * as vscode from 'vscode';
import type { RunSummary } from '#protocol/task';
import { visibleLine } from '#protocol/visible';
import type { Client } from './client.ts';
import { ago, stateOf } from './words.ts';
import { plainWords } from './visible.ts';

const named = z.object({ runId: z.string() });

/**
 * The run that a command is about: the one that was clicked, the only one that fits, or the one that a person picks.
 * Null when there is none or nobody picked.
 */
export async function chooseRun(
  { runs }: Client,
  argument: unknown,
  fits: (summary: RunSummary) => boolean,
  none: string,
): Promise<RunSummary | null> {
  const clicked = z.safeParse(named, argument);
  if (clicked.success) {
    const run = runs.get(clicked.data.runId);
    if (run !== null) return run.summary;
  }
  const candidates = runs
    .all()
    .map(({ summary }) => summary)
    .filter(fits);
  const [first, second] = candidates;
  if (first === undefined) {
    void vscode.window.showInformationMessage(`Loki: ${none}`);
    return null;
  }
  if (second === undefined) return first;
  const items = candidates.map((summary) => ({
    label: plainWords(visibleLine(summary.task, 90)),
    description: `${stateOf(summary)}, ${ago(summary.startedAt, Date.now())}`,
    summary,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Which task?', matchOnDescription: true });
  return picked?.summary ?? null;
}

export const isUnderWay = ({ state }: RunSummary): boolean => state === 'working' || state === 'awaiting';

/** Its result waits for a decision. */
export const hasOpenResult = (summary: RunSummary): boolean =>
  !isUnderWay(summary) && summary.outcome === 'open' && summary.branch !== null;

export const isResumable = ({ state, outcome }: RunSummary): boolean =>
  outcome === 'open' && ['paused', 'cancelled', 'failed', 'interrupted'].includes(state);

export const hasChanges = ({ branch, outcome }: RunSummary): boolean => branch !== null && outcome !== 'discarded';
