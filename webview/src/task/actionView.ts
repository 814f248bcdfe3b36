import type { ApprovalGrant } from '#protocol/approval';
import { html, nothing, type TemplateResult } from 'lit';
import { duration } from '../shared/duration.ts';
import { icon } from '../shared/icon.ts';
import { timeOfDay } from '../shared/moment.ts';
import { coversReason } from '../shared/ruleWords.ts';
import { shownText } from '../shared/shownText.ts';
import { actionFieldsView } from './actionFieldsView.ts';
import { actionWords } from './actionWords.ts';
import { foldable } from './foldable.ts';
import { rulesView } from './rulesView.ts';
import type { ActionItem } from './taskModel.ts';
import type { TaskActs } from './taskState.ts';
import { sentence } from './taskWords.ts';

/** One action in a line; opened, all that is known of it. */
export function actionView(item: ActionItem, isOpen: boolean, acts: TaskActs): TemplateResult {
  const { key, title, durationMs } = item;
  const { icon: name, tone, badge, meaning } = actionWords(item);
  return foldable({
    className: `action state-${item.state}`,
    isOpen,
    fold: (open) => acts.fold(key, open),
    head: html`${icon(name, tone)}<span class="action-title mono" title=${title}>${shownText(title)}</span>
      <span class="action-end"
        ><span class="badge" title=${meaning}>${badge}</span
        ><span class="muted took">${durationMs === null ? '' : duration(durationMs)}</span></span
      >`,
    body: () => bodyView(item, meaning, acts),
  });
}

function bodyView(item: ActionItem, meaning: string, acts: TaskActs): TemplateResult {
  const { action, decisionReason, outcome, rules, answer, at } = item;
  return html`<p>
      ${meaning}.
      ${
        decisionReason === null || coversReason(rules, decisionReason)
          ? nothing
          : html`<span class="muted">Decided because: ${shownText(sentence(decisionReason))}</span>`
      }
    </p>
    ${answer === null ? nothing : html`<p>${answerWords(answer)}</p>`} ${rulesView(rules, acts.open)}
    ${action === null ? nothing : actionFieldsView(action)}
    ${
      outcome === null || outcome.trim() === ''
        ? nothing
        : html`<div>
            <h5 class="muted">What came of it</h5>
            <pre class="block" tabindex="0">${shownText(outcome.trim())}</pre>
          </div>`
    }
    <p class="muted">${timeOfDay(at)}</p>`;
}

function answerWords(answer: NonNullable<ActionItem['answer']>): TemplateResult {
  const why = answer.why === null ? nothing : html`: ${shownText(answer.why)}`;
  if (answer.outcome === 'expired') return html`The question expired${why}`;
  if (answer.outcome === 'denied') return html`Denied by ${shownText(answer.by)}${why}`;
  return html`Approved by
  ${shownText(answer.by)}${why}${answer.grant === undefined ? nothing : grantWords(answer.grant)}`;
}

function grantWords({ words, grantedAt, expiresAt }: ApprovalGrant): TemplateResult {
  return html`<span class="muted">
    Under the grant of ${timeOfDay(grantedAt)}, which counts until ${timeOfDay(expiresAt)} or until the policy changes:
    ${shownText(sentence(words))}</span
  >`;
}
