import * as vscode from 'vscode';
import type { ApprovalRequest, ApprovalScope } from '#protocol/approval';
import { visibleLine } from '#protocol/visible';
import type { Approvals } from '../approvals.ts';
import type { Client, Command } from '../client.ts';
import { openQuestions } from '../openQuestion.ts';
import { patternOf, questionOf, questionOfBatch } from '../questionOf.ts';
import { plainWords } from '../visible.ts';
import { placeOf, timeOf, wish } from '../words.ts';

interface AnswerItem extends vscode.QuickPickItem {
  readonly outcome: ApprovalScope | 'deny' | 'show';
}

/**
 * `Loki: Answer Approval`: the open requests as a list, for the keyboard and for those who switched notifications off. What
 * Enter takes first is the safe answer, and the list vanishes with its request.
 */
export function answerApproval(client: Client, approvals: Approvals): Command {
  return {
    id: 'loki.answerApproval',
    run: async () => {
      const question = await chooseQuestion(openQuestions(client.runs.approvals()));
      const [request] = question;
      if (request === undefined) return;
      const open = approvals.whileOpen(question);
      const { words, answers } = answersTo(question, request);
      const picked = await vscode.window.showQuickPick(
        answers,
        { title: 'Loki: Answer Approval', placeHolder: words },
        open.token,
      );
      open.cancel();
      if (picked === undefined) return;
      const { runId } = request;
      if (picked.outcome === 'deny') await approvals.deny(question);
      else if (picked.outcome === 'show') client.pages.showTask(client.runs.get(runId)?.summary.workspace ?? '', runId);
      else await approvals.approve(question, picked.outcome);
    },
  };
}

function answersTo(
  question: readonly ApprovalRequest[],
  request: ApprovalRequest,
): { readonly words: string; readonly answers: readonly AnswerItem[] } {
  const show: AnswerItem = {
    label: '$(open-preview) Show task',
    detail: 'Everything about it, and the answer there',
    outcome: 'show',
  };
  if (question.length > 1) {
    const { words, isComplete } = questionOfBatch(question);
    const all: AnswerItem = {
      label: '$(check) Approve all once',
      detail: `Each of the ${question.length} actions, now`,
      outcome: 'once',
    };
    const deny: AnswerItem = { label: '$(close) Deny all…', detail: 'With words for the agent', outcome: 'deny' };
    return { words, answers: [deny, ...(isComplete ? [all] : []), show] };
  }
  const { words, isComplete } = questionOf(request);
  const pattern = patternOf(request);
  const approving: readonly AnswerItem[] = [
    { label: '$(check) Approve once', detail: 'This very action, now', outcome: 'once' },
    {
      label: '$(check-all) Approve for this task',
      detail: 'The same action for the rest of the task',
      outcome: 'task',
    },
    ...(pattern === null
      ? []
      : [
          {
            label: '$(symbol-event) Approve pattern for this task',
            detail: `For the rest of the task, for this agent: ${pattern}`,
            outcome: 'pattern' as const,
          },
        ]),
  ];
  const deny: AnswerItem = { label: '$(close) Deny…', detail: 'With words for the agent', outcome: 'deny' };
  return { words, answers: [deny, ...(isComplete ? approving : []), show] };
}

async function chooseQuestion(open: readonly (readonly ApprovalRequest[])[]): Promise<readonly ApprovalRequest[]> {
  const [first, second] = open;
  if (first === undefined) {
    void vscode.window.showInformationMessage('Loki: no agent waits for an approval');
    return [];
  }
  if (second === undefined && first.length === 1) return first;
  // Of what was put together, each can be answered by itself too.
  const items = open.flatMap((question) =>
    question.length === 1 ? [question] : [question, ...question.map((one) => [one])],
  );
  const picked = await vscode.window.showQuickPick(items.map(itemOf), {
    title: 'Loki: Answer Approval',
    placeHolder: 'Which request?',
  });
  return picked?.question ?? [];
}

function itemOf(question: readonly ApprovalRequest[]) {
  const [request] = question;
  const wishes = question.map(({ action }) => wish(action)).join('; ');
  const what = question.length === 1 ? wishes : `${question.length} together: ${wishes}`;
  return {
    label: plainWords(visibleLine(`${request?.agent ?? ''}: ${what}`, 120)),
    description: request === undefined ? '' : `until ${timeOf(request.expiresAt)}`,
    detail: plainWords((request?.rules ?? []).map(({ rule, source }) => `${rule} (${placeOf(source)})`).join(', ')),
    question,
  };
}
