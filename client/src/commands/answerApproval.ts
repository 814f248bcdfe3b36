import * as vscode from 'vscode';
import type { ApprovalRequest } from '#protocol/approval';
import { visibleLine } from '#protocol/visible';
import type { Approvals } from '../approvals.ts';
import type { Client, Command } from '../client.ts';
import { questionOf } from '../questionOf.ts';
import { plainWords } from '../visible.ts';
import { placeOf, timeOf, wish } from '../words.ts';

/** `Loki: Answer Approval`: the open requests as a list, for the keyboard and for those who switched notifications off. */
export function answerApproval(client: Client, approvals: Approvals): Command {
  return {
    id: 'loki.answerApproval',
    run: async () => {
      const request = await chooseRequest(client.runs.approvals());
      if (request === null) return;
      const { approvalId, runId } = request;
      const { words, isComplete } = questionOf(request);
      const answers = [
        ...(isComplete
          ? [
              { label: '$(check) Approve once', detail: 'This very action, now', outcome: 'once' as const },
              {
                label: '$(check-all) Approve for this task',
                detail: 'The same action for the rest of the task',
                outcome: 'task' as const,
              },
            ]
          : []),
        { label: '$(close) Deny…', detail: 'With words for the agent', outcome: 'deny' as const },
        {
          label: '$(open-preview) Show task',
          detail: 'Everything about it, and the answer there',
          outcome: 'show' as const,
        },
      ];
      const picked = await vscode.window.showQuickPick(answers, { title: 'Loki: Answer Approval', placeHolder: words });
      if (picked === undefined) return;
      if (picked.outcome === 'deny') await approvals.deny(approvalId);
      else if (picked.outcome === 'show') client.pages.showTask(client.runs.get(runId)?.summary.workspace ?? '', runId);
      else await approvals.send({ approvalId, outcome: 'approved', scope: picked.outcome, why: null });
    },
  };
}

async function chooseRequest(open: readonly ApprovalRequest[]): Promise<ApprovalRequest | null> {
  const [first, second] = open;
  if (first === undefined) {
    void vscode.window.showInformationMessage('Loki: no agent waits for an approval');
    return null;
  }
  if (second === undefined) return first;
  const items = open.map((request) => ({
    label: plainWords(visibleLine(`${request.agent}: ${wish(request.action)}`, 120)),
    description: `until ${timeOf(request.expiresAt)}`,
    detail: plainWords(request.rules.map(({ rule, source }) => `${rule} (${placeOf(source)})`).join(', ')),
    request,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Loki: Answer Approval',
    placeHolder: 'Which request?',
  });
  return picked?.request ?? null;
}
