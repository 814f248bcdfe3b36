import * as vscode from 'vscode';
import {
  approvalAnswerRequest,
  type ApprovalAnswerParams,
  type ApprovalRequest,
  type ApprovalScope,
} from '#protocol/approval';
import { openQuestions, questionKey } from './openQuestion.ts';
import { patternOf, questionOf, questionOfBatch } from './questionOf.ts';
import type { Runs } from './runs/runs.ts';
import { showsApprovals } from './settings.ts';
import type { Sidecar } from './sidecar/sidecar.ts';

/** What each button approves. */
const scopes: Readonly<Record<string, ApprovalScope>> = {
  'Approve Once': 'once',
  'Approve for This Task': 'task',
  'Approve Pattern': 'pattern',
  'Approve All Once': 'once',
};
const deny = 'Deny…';
const denyAll = 'Deny All…';
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
  /** Approves each of the requests as far as `scope` says. */
  approve(question: readonly ApprovalRequest[], scope: ApprovalScope): Promise<void>;
  /** Asks for the words that go with a denial, then denies each of the requests; Escape leaves them open. */
  deny(question: readonly ApprovalRequest[]): Promise<void>;
  /** Cancelled as soon as a part of the question is not open any more: then what asks it is to vanish. */
  whileOpen(question: readonly ApprovalRequest[]): vscode.CancellationTokenSource;
}

/**
 * Shows requests for approval as notifications, one at a time, those of one step as one. Only a button approves: closing,
 * Escape or silence never do.
 */
export function createApprovals({ sidecar, runs, log, showTask }: Deps): Approvals {
  const shown = new Set<string>();
  let current: string | null = null;
  let isShowing = false;

  const sendAll = async (answers: readonly ApprovalAnswerParams[]): Promise<void> => {
    const taken = await Promise.all(
      answers.map(async (params) => (await sidecar.ask(approvalAnswerRequest, params)).isTaken),
    );
    if (taken.includes(false)) {
      void vscode.window.showInformationMessage(
        'Loki: this request is not open any more; it was answered elsewhere, withdrawn or it expired',
      );
    }
  };
  const whileOpen: Approvals['whileOpen'] = (question) => {
    const source = new vscode.CancellationTokenSource();
    const listening = runs.onChange(() => {
      const open = new Set(runs.approvals().map(({ approvalId }) => approvalId));
      if (question.every(({ approvalId }) => open.has(approvalId))) return;
      listening.dispose();
      source.cancel();
    });
    source.token.onCancellationRequested(() => listening.dispose());
    return source;
  };
  const approve: Approvals['approve'] = async (question, scope) =>
    await sendAll(question.map(({ approvalId }) => ({ approvalId, outcome: 'approved', scope, why: null })));
  const denyWithWords: Approvals['deny'] = async (question) => {
    const open = whileOpen(question);
    const why = await askWhy(open.token);
    open.cancel();
    if (why === undefined) return;
    const said = why.trim() === '' ? null : why.trim();
    await sendAll(question.map(({ approvalId }) => ({ approvalId, outcome: 'denied', scope: 'once', why: said })));
  };
  const ask = async (question: readonly ApprovalRequest[]): Promise<void> => {
    const [request] = question;
    if (request === undefined) return;
    const { words, buttons } = promptOf(question, request);
    const chosen = await vscode.window.showWarningMessage(words, ...buttons);
    isShowing = false;
    const scope = chosen === undefined ? undefined : scopes[chosen];
    if (scope !== undefined) await approve(question, scope);
    else if (chosen === deny || chosen === denyAll) await denyWithWords(question);
    else if (chosen === look) showTask(runs.get(request.runId)?.summary.workspace ?? '', request.runId);
  };
  const next = (): void => {
    const open = openQuestions(runs.approvals());
    if (current !== null && !open.some((question) => questionKey(question) === current)) {
      current = null;
      // A notification cannot be taken back, only moved out of sight; a click on it would say that it came too late.
      if (isShowing) void vscode.commands.executeCommand('notifications.hideToasts');
    }
    if (current !== null || !showsApprovals()) return;
    const question = open.find((candidate) => !shown.has(questionKey(candidate)));
    if (question === undefined) return;
    const key = questionKey(question);
    shown.add(key);
    current = key;
    isShowing = true;
    ask(question)
      .catch((error: unknown) => log.error(error instanceof Error ? error : String(error)))
      .finally(() => {
        if (current !== key) return;
        current = null;
        next();
      });
  };
  const listening = runs.onChange(next);
  return {
    send: async (params) => await sendAll([params]),
    approve,
    deny: denyWithWords,
    whileOpen,
    dispose: () => listening.dispose(),
  };
}

/** What is put to a person, and the buttons under it; what cannot be shown as a whole cannot be approved here. */
function promptOf(
  question: readonly ApprovalRequest[],
  request: ApprovalRequest,
): { readonly words: string; readonly buttons: readonly string[] } {
  if (question.length > 1) {
    const { words, isComplete } = questionOfBatch(question);
    return { words, buttons: [...(isComplete ? ['Approve All Once'] : []), denyAll, look] };
  }
  const { words, isComplete } = questionOf(request);
  const pattern = patternOf(request);
  const approving = ['Approve Once', 'Approve for This Task', ...(pattern === null ? [] : ['Approve Pattern'])];
  return {
    words: pattern === null || !isComplete ? words : `${words} “Approve Pattern” covers, for this task: ${pattern}.`,
    buttons: [...(isComplete ? approving : []), deny, look],
  };
}

async function askWhy(token: vscode.CancellationToken): Promise<string | undefined> {
  return await vscode.window.showInputBox(
    {
      title: 'Loki: Deny',
      prompt:
        'What should the agent do instead? It is told these words. Empty denies without a word; Escape leaves the request open.',
      placeHolder: 'Use the existing test command',
      ignoreFocusOut: true,
      validateInput: (text) => (text.length > 4000 ? 'At most 4,000 characters' : null),
    },
    token,
  );
}
