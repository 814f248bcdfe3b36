import { auditOff } from '#protocol/auditWords';
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';
import { dayAndTime } from '../shared/moment.ts';
import { shownText } from '../shared/shownText.ts';
import { verdictWords } from '../shared/verdictWords.ts';
import { deedOffers, type DeedOffer } from './deeds.ts';
import type { TaskActs, TaskState } from './taskState.ts';
import { stateWords } from './taskWords.ts';

/** The goal, where the run stands, and what a person may do with it. */
export function headerView(state: TaskState, acts: TaskActs): TemplateResult {
  const { summary, model } = state;
  const { started } = model;
  return html`<header class="stack">
    <h1 class="goal">${shownText(summary.task)}</h1>
    <p class="facts">
      <span
        >${shownText(
          started === null || started.model === '' ? summary.provider : `${summary.provider}, ${started.model}`,
        )}</span
      >
      ${
        summary.branch === null
          ? nothing
          : html`<span>${icon('branch')} <span class="mono">${shownText(summary.branch)}</span></span>`
      }
      ${started === null ? nothing : html`<span>profile ${shownText(started.profile)}</span>`}
      <span>started ${dayAndTime(summary.startedAt)}</span>
    </p>
    ${summary.simulated ? simulatedView() : nothing}
    ${state.meter?.isAuditDisabled === true && summary.result === null ? auditOffView() : nothing}
    ${stateView(state, acts)}
  </header>`;
}

function simulatedView(): TemplateResult {
  return html`<p class="with-icon simulated">
    ${icon('robot', 'busy')}
    <span
      ><strong>Simulated model.</strong> Its words are a recording, and no provider is paid. The decisions, commands,
      gates and the audit log are real.</span
    >
  </p>`;
}

/** While the run works; its result says it for good. */
function auditOffView(): TemplateResult {
  return html`<p class="with-icon audit-off">${icon('warning', 'doubtful')} <strong>${auditOff}.</strong></p>`;
}

function stateView(state: TaskState, acts: TaskActs): TemplateResult {
  const { summary, model, approvals } = state;
  const { icon: name, tone, title, detail } = stateWords(summary, model, approvals.length);
  // What stopped for money would stop again at once: the limit comes first.
  const isShort = summary.state === 'paused' && summary.outcome === 'open' && model.isShort;
  const verdict = summary.state === 'finished' ? (summary.result?.verdict ?? null) : null;
  return html`<section class="card state tone-${tone}" aria-label="State">
    <div class="state-words">
      ${icon(name, tone)}
      <div>
        <h2 class="state-title">${title}</h2>
        ${detail === null ? nothing : html`<p>${shownText(detail)}</p>`}
        ${
          verdict === null || summary.outcome !== 'open'
            ? nothing
            : html`<p class="muted">${verdictWords[verdict].advice}</p>`
        }
      </div>
    </div>
    <div class="row deeds" role="group" aria-label="Next steps">
      ${isShort ? raiseButton(acts) : nothing} ${deedOffers(summary, isShort).map((offer) => deedButton(offer, acts))}
    </div>
  </section>`;
}

function raiseButton(acts: TaskActs): TemplateResult {
  return html`<vscode-button data-deed="raise" @click=${() => acts.post({ type: 'raise' })}
    >Raise the limit…</vscode-button
  >`;
}

function deedButton({ deed, label, obstacle, isPrimary }: DeedOffer, acts: TaskActs): TemplateResult {
  const isOff = obstacle !== null;
  return html`<vscode-button
    data-deed=${deed}
    ?secondary=${!isPrimary}
    ?disabled=${isOff}
    aria-disabled=${isOff ? 'true' : 'false'}
    title=${obstacle ?? ''}
    @click=${() => {
      if (!isOff) acts.post({ type: 'run', deed });
    }}
    >${label}</vscode-button
  >`;
}
