import type { ApprovalRequest } from '#protocol/approval';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../shared/count.ts';
import { timeLeft } from '../shared/duration.ts';
import { icon } from '../shared/icon.ts';
import { coversReason } from '../shared/ruleWords.ts';
import { shownText } from '../shared/shownText.ts';
import { answerView } from './answerView.ts';
import { actionFieldsView } from './actionFieldsView.ts';
import { titleOf } from './actionTitle.ts';
import { approvalStanding, type ApprovalStanding } from './approvalStanding.ts';
import { batchView, openBatches } from './batchView.ts';
import { firstLine } from './firstLine.ts';
import { rulesView } from './rulesView.ts';
import type { TaskActs, TaskState } from './taskState.ts';

/** What waits for a person, at the top of the page. */
export function approvalsView(state: TaskState, acts: TaskActs): TemplateResult | typeof nothing {
  const { approvals } = state;
  if (approvals.length === 0) return nothing;
  const batches = openBatches(approvals);
  // The bar is a child of the page, not of the section: so it stays in sight wherever the person has scrolled to.
  return html`<div class="approvals-bar row">
      ${icon('waiting', 'doubtful')}
      <h2 id="approvals-title">${count(approvals.length, 'approval waits', 'approvals wait')} for you</h2>
      <button type="button" class="link" @click=${goToFirst}>Go to the first</button>
    </div>
    ${batches.map((batch) => batchView(batch, state, acts))}
    <ul class="stack approvals" aria-labelledby="approvals-title">
      ${repeat(
        approvals,
        ({ approvalId }) => approvalId,
        (request) => html`<li>${approvalCard(request, approvalStanding(request, state), state.nowMs, acts)}</li>`,
      )}
    </ul>`;
}

function goToFirst(): void {
  const card = document.querySelector<HTMLElement>('.approval');
  card?.scrollIntoView({ block: 'center' });
  card?.focus({ preventScroll: true });
}

function approvalCard(
  request: ApprovalRequest,
  standing: ApprovalStanding,
  nowMs: number,
  acts: TaskActs,
): TemplateResult {
  const { approvalId, agent, action, reason, rules, expiresAt, deniedBefore, pattern = null } = request;
  const title = `title-${approvalId}`;
  const message = `message-${approvalId}`;
  return html`<article class="card approval tone-doubtful" tabindex="-1" aria-labelledby=${title}>
    <div class="row apart">
      <h3 id=${title} class="with-icon">
        ${icon('waiting', 'doubtful')}
        <span>${shownText(agent)} asks to ${shownText(firstLine(titleOf(action)))}</span>
      </h3>
      <span class="muted countdown" role="timer" aria-live="off"
        >${standing === 'expired' ? 'Expired' : `Expires in ${timeLeft(Date.parse(expiresAt), nowMs)}`}</span
      >
    </div>
    ${guard(
      [request],
      () =>
        html`${deniedView(deniedBefore)} ${actionFieldsView(action)}
          <div class="why">
            <h4>Why it asks</h4>
            ${coversReason(rules, reason) ? nothing : html`<p>${shownText(reason)}</p>`} ${rulesView(rules, acts.open)}
          </div>`,
    )}
    ${answerView({ approvalId, message, standing, title: titleOf(action), pattern }, acts)}
  </article>`;
}

/** A person's earlier no to what is now tried again. */
function deniedView(before: ApprovalRequest['deniedBefore']): TemplateResult | typeof nothing {
  if (before === undefined) return nothing;
  const why = before.why === null ? nothing : html`, saying: ${shownText(before.why)}`;
  return html`<p class="with-icon card tone-bad">
    ${icon('denied', 'bad')}
    <span
      ><strong>Denied before in this task:</strong> ${shownText(before.title)}, by ${shownText(before.by)}${why}. Denied
      once more, it is not asked again.</span
    >
  </p>`;
}
