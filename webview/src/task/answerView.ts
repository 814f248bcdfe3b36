import { html, nothing, type TemplateResult } from 'lit';
import { shownText } from '../shared/shownText.ts';
import type { ApprovalStanding } from './approvalStanding.ts';
import { firstLine } from './firstLine.ts';
import type { TaskActs } from './taskState.ts';

/** What an answer is about. */
interface Question {
  readonly approvalId: string;
  readonly message: string;
  readonly standing: ApprovalStanding;
  readonly title: string;
  /** What an approved pattern would cover, in words; null where none is offered. */
  readonly pattern: string | null;
}

/** The answers to one question: once, for the task, for a pattern that is said in words, or no with a message. */
export function answerView(
  { approvalId, message, standing, title, pattern }: Question,
  acts: TaskActs,
): TemplateResult {
  const isOff = standing !== 'open';
  const button = (label: string, isPrimary: boolean, send: () => void): TemplateResult =>
    answerButton(label, `${label}: ${firstLine(title)}`, { isPrimary, isOff }, send);
  const deny = (): void => {
    const why = messageIn(message);
    acts.answer(approvalId, 'denied', 'once', why === '' ? null : why);
  };
  return html`<div class="answer">
    <div class="row" role="group" aria-label="Answer">
      ${button('Approve once', true, () => acts.answer(approvalId, 'approved', 'once', null))}
      ${button('Approve for this task', false, () => acts.answer(approvalId, 'approved', 'task', null))}
      ${
        pattern === null
          ? nothing
          : button('Approve pattern', false, () => acts.answer(approvalId, 'approved', 'pattern', null))
      }
      ${button('Deny', false, deny)}
    </div>
    ${messageField(message)}
    <p class="muted">
      ${
        standing === 'sent'
          ? 'Your answer was sent.'
          : standing === 'expired'
            ? 'Nobody answered in time: the action was not done, and the agent was told so.'
            : '“For this task” covers this very action until the task ends, for no other agent and no other arguments.'
      }
    </p>
    ${
      pattern === null || standing !== 'open'
        ? nothing
        : html`<p class="muted">
            “Pattern” covers, for this agent until the task ends: <strong>${shownText(pattern)}</strong>. Whatever the
            rules refuse stays refused.
          </p>`
    }
  </div>`;
}

/** A button that answers; it sleeps where no answer counts. */
export function answerButton(
  label: string,
  spoken: string,
  { isPrimary, isOff }: { readonly isPrimary: boolean; readonly isOff: boolean },
  send: () => void,
): TemplateResult {
  return html`<vscode-button
    ?secondary=${!isPrimary}
    ?disabled=${isOff}
    aria-disabled=${isOff ? 'true' : 'false'}
    aria-label=${spoken}
    @click=${() => {
      if (!isOff) send();
    }}
    >${label}</vscode-button
  >`;
}

export function messageField(id: string): TemplateResult {
  return html`<label class="message">
    <span class="muted">Message to the agent, sent when you deny</span>
    <input id=${id} type="text" maxlength="4000" autocomplete="off" placeholder="Why not, or what to do instead" />
  </label>`;
}

/** The field is read when it is needed: nothing that is typed is redrawn. */
export function messageIn(id: string): string {
  const field = document.getElementById(id);
  return field instanceof HTMLInputElement ? field.value.trim() : '';
}
