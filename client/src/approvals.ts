import * as vscode from 'vscode';
import { approvalAnswerRequest, type ApprovalAnswerParams, type ApprovalRequest } from '#protocol/approval';
import { questionOf } from './questionOf.ts';
import type { Runs } from './runs/runs.ts';
import { showsApprovals } from './settings.ts';
import type { Sidecar } from './sidecar/sidecar.ts';

const once = 'Approve Once';
const task = 'Approve for This Task';
const deny = 'Deny…';
const look = 'Show Task';

interface Deps {
  readonly sidecar: Sidecar;
  readonly runs: Runs;
  readonly log: vscode.LogOutputChannel;
  readonly showTask: (workspace: string, runId: string) => void;
}

export interface Approvals extends vscode.Disposable {
  /** Sends a person's answer; says so where it came too late. */
  send(params: ApprovalAnswerParams): Promise<void>;
  /** Asks for the words that go with a denial, then denies; Escape leaves the request open. */
  deny(approvalId: string): Promise<void>;
}

/**
 * Shows requests for approval as notifications, one at a time. Only a button approves: closing, Escape or silence never do.
 */
export function createApprovals({ sidecar, runs, log, showTask }: Deps): Approvals {
  const shown = new Set<string>();
  let current: string | null = null;
  let isShowing = false;

  const send = async (params: ApprovalAnswerParams): Promise<void> => {
    const { isTaken } = await sidecar.ask(approvalAnswerRequest, params);
    if (!isTaken) {
      void vscode.window.showInformationMessage(
        'Loki: this request is not open any more; it was answered elsewhere, withdrawn or it expired',
      );
    }
  };
  const denyWithWords = async (approvalId: string): Promise<void> => {
    const why = await askWhy();
    if (why === undefined) return;
    await send({ approvalId, outcome: 'denied', scope: 'once', why: why.trim() === '' ? null : why.trim() });
  };
  const ask = async (request: ApprovalRequest): Promise<void> => {
    const { approvalId } = request;
    const { words, isComplete } = questionOf(request);
    const chosen = await vscode.window.showWarningMessage(words, ...(isComplete ? [once, task] : []), deny, look);
    isShowing = false;
    if (chosen === once || chosen === task) {
      await send({ approvalId, outcome: 'approved', scope: chosen === once ? 'once' : 'task', why: null });
    } else if (chosen === deny) await denyWithWords(approvalId);
    else if (chosen === look) showTask(runs.get(request.runId)?.summary.workspace ?? '', request.runId);
  };
  const next = (): void => {
    const open = runs.approvals();
    if (current !== null && !open.some(({ approvalId }) => approvalId === current)) {
      current = null;
      // A notification cannot be taken back, only moved out of sight; a click on it would say that it came too late.
      if (isShowing) void vscode.commands.executeCommand('notifications.hideToasts');
    }
    if (current !== null || !showsApprovals()) return;
    const request = open.find(({ approvalId }) => !shown.has(approvalId));
    if (request === undefined) return;
    const { approvalId } = request;
    shown.add(approvalId);
    current = approvalId;
    isShowing = true;
    ask(request)
      .catch((error: unknown) => log.error(error instanceof Error ? error : String(error)))
      .finally(() => {
        if (current !== approvalId) return;
        current = null;
        next();
      });
  };
  const listening = runs.onChange(next);
  return { send, deny: denyWithWords, dispose: () => listening.dispose() };
}

async function askWhy(): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: 'Loki: Deny',
    prompt:
      'What should the agent do instead? It is told these words. Empty denies without a word; Escape leaves the request open.',
    placeHolder: 'Use the existing test command',
    ignoreFocusOut: true,
    validateInput: (text) => (text.length > 4000 ? 'At most 4,000 characters' : null),
  });
}
