import type { ApprovalRequest } from '#protocol/approval';
import { html, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';
import { shownText } from '../shared/shownText.ts';
import { titleOf } from './actionTitle.ts';
import { answerButton, messageField, messageIn } from './answerView.ts';
import { approvalStanding } from './approvalStanding.ts';
import type { TaskActs, TaskState } from './taskState.ts';

/** The questions of one step that are still open together. */
export function openBatches(approvals: readonly ApprovalRequest[]): readonly (readonly ApprovalRequest[])[] {
  const batches = new Map<string, ApprovalRequest[]>();
  for (const request of approvals) {
    if (request.batch === undefined) continue;
    const { batchId } = request.batch;
    batches.set(batchId, [...(batches.get(batchId) ?? []), request]);
  }
  return [...batches.values()].filter((batch) => batch.length > 1);
}

/** Several questions of one step as one list, with one answer to all of them; each keeps its own card below. */
export function batchView(batch: readonly ApprovalRequest[], state: TaskState, acts: TaskActs): TemplateResult {
  const [first] = batch;
  const key = first?.batch?.batchId ?? '';
  const [title, message] = [`title-${key}`, `message-${key}`];
  const isOff = batch.some((request) => approvalStanding(request, state) !== 'open');
  const answerAll = (outcome: 'approved' | 'denied'): void => {
    const why = outcome === 'denied' ? messageIn(message) : '';
    for (const { approvalId } of batch) acts.answer(approvalId, outcome, 'once', why === '' ? null : why);
  };
  const button = (label: string, isPrimary: boolean, send: () => void): TemplateResult =>
    answerButton(label, label, { isPrimary, isOff }, send);
  return html`<article class="card approval-batch tone-doubtful" aria-labelledby=${title}>
    <h3 id=${title} class="with-icon">
      ${icon('waiting', 'doubtful')}
      <span>${shownText(first?.agent ?? '')} asks for ${batch.length} approvals together</span>
    </h3>
    <ol class="mono">
      ${batch.map(({ action }) => html`<li>${shownText(titleOf(action))}</li>`)}
    </ol>
    <div class="answer">
      <div class="row" role="group" aria-label="Answer to all">
        ${button(`Approve all ${batch.length} once`, true, () => answerAll('approved'))}
        ${button(`Deny all ${batch.length}`, false, () => answerAll('denied'))}
      </div>
      ${messageField(message)}
      <p class="muted">Or answer them one by one below; everything that each would do is there.</p>
    </div>
  </article>`;
}
