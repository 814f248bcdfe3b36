import type { ApprovalRequest } from '#protocol/approval';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../shared/count.ts';
import { timeLeft } from '../shared/duration.ts';
import { icon } from '../shared/icon.ts';
import { coversReason } from '../shared/ruleWords.ts';
import { shownText } from '../shared/shownText.ts';
import { actionFieldsView } from './actionFieldsView.ts';
import { titleOf } from './actionTitle.ts';
import { approvalStanding, type ApprovalStanding } from './approvalStanding.ts';
import { rulesView } from './rulesView.ts';
import type { TaskActs, TaskState } from './taskState.ts';

/** What waits for a person, at the top of the page. */
export function approvalsView(state: TaskState, acts: TaskActs): TemplateResult | typeof nothing {
  const { approvals } = state;
  if (approvals.length === 0) return nothing;
  // The bar is a child of the page, not of the section: so it stays in sight wherever the person has scrolled to.
  return html`<div class="approvals-bar row">
      ${icon('waiting', 'doubtful')}
      <h2 id="approvals-title">${count(approvals.length, 'approval waits', 'approvals wait')} for you</h2>
      <button type="button" class="link" @click=${goToFirst}>Go to the first</button>
    </div>
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
  const { approvalId, agent, action, reason, rules, expiresAt } = request;
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
        html`${actionFieldsView(action)}
          <div class="why">
            <h4>Why it asks</h4>
            ${coversReason(rules, reason) ? nothing : html`<p>${shownText(reason)}</p>`} ${rulesView(rules, acts.open)}
          </div>`,
    )}
    ${answerView({ approvalId, message, standing, title: titleOf(action) }, acts)}
  </article>`;
}

interface Question {
  readonly approvalId: string;
  readonly message: string;
  readonly standing: ApprovalStanding;
  readonly title: string;
}

function answerView({ approvalId, message, standing, title }: Question, acts: TaskActs): TemplateResult {
  const isOff = standing !== 'open';
  const button = (label: string, isPrimary: boolean, send: () => void): TemplateResult =>
    html`<vscode-button
      ?secondary=${!isPrimary}
      ?disabled=${isOff}
      aria-disabled=${isOff ? 'true' : 'false'}
      aria-label="${label}: ${firstLine(title)}"
      @click=${() => {
        if (!isOff) send();
      }}
      >${label}</vscode-button
    >`;
  const deny = (): void => {
    const why = messageIn(message);
    acts.answer(approvalId, 'denied', 'once', why === '' ? null : why);
  };
  return html`<div class="answer">
    <div class="row" role="group" aria-label="Answer">
      ${button('Approve once', true, () => acts.answer(approvalId, 'approved', 'once', null))}
      ${button('Approve for this task', false, () => acts.answer(approvalId, 'approved', 'task', null))}
      ${button('Deny', false, deny)}
    </div>
    <label class="message">
      <span class="muted">Message to the agent, sent when you deny</span>
      <input
        id=${message}
        type="text"
        maxlength="4000"
        autocomplete="off"
        placeholder="Why not, or what to do instead"
      />
    </label>
    <p class="muted">
      ${
        standing === 'sent'
          ? 'Your answer was sent.'
          : standing === 'expired'
            ? 'Nobody answered in time: the action was not done, and the agent was told so.'
            : '“For this task” covers this very action until the task ends, for no other agent and no other arguments.'
      }
    </p>
  </div>`;
}

/** The field is read when it is needed: nothing that is typed is redrawn. */
function messageIn(id: string): string {
  const field = document.getElementById(id);
  return field instanceof HTMLInputElement ? field.value.trim() : '';
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length < text.length || line.length > 160 ? `${line.slice(0, 160)} …` : line;
}
