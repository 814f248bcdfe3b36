import type { RunResult } from '#protocol/run';
import type { RunSummary } from '#protocol/task';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../shared/count.ts';
import { findingList } from '../shared/findingList.ts';
import { gateList } from '../shared/gateList.ts';
import { icon } from '../shared/icon.ts';
import { shownText } from '../shared/shownText.ts';
import { approvalsView } from './approvalsView.ts';
import { headerView } from './headerView.ts';
import { moneyView } from './moneyView.ts';
import { progressView } from './progressView.ts';
import { isUnderWay } from './settle.ts';
import type { TaskModel } from './taskModel.ts';
import { capitalised, sentence } from './taskWords.ts';
import type { TaskActs, TaskState } from './taskState.ts';

/** The whole task page. */
export function taskView(state: TaskState, acts: TaskActs): TemplateResult {
  const { summary } = state;
  return html`<main class="page task-page">
    ${headerView(state, acts)} ${approvalsView(state, acts)}
    <div class="columns">
      ${repeat(
        partsOf(summary),
        (part) => part,
        (part) => (part === 'progress' ? progressView(state, acts) : asideView(state, acts)),
      )}
    </div>
  </main>`;
}

/** Where there is one column only, what matters most comes first: the work while it goes on, then what came of it. */
function partsOf(summary: RunSummary): readonly ('progress' | 'aside')[] {
  return isUnderWay(summary) ? ['progress', 'aside'] : ['aside', 'progress'];
}

function asideView(state: TaskState, acts: TaskActs): TemplateResult {
  const { model, summary, meter } = state;
  return html`<div class="aside stack">
    ${guard([model.cycles, model.result], () => gatesView(model, acts))}
    ${guard([summary, model.cost, model.result, meter], () => moneyView(state))} ${confinementView(model)}
    ${guard([model.result], () => changesView(model, acts))}
  </div>`;
}

function gatesView(model: TaskModel, acts: TaskActs): TemplateResult {
  const cycle = model.cycles.findLast(({ gates }) => gates.length > 0);
  const gates = model.result?.gates ?? cycle?.gates ?? [];
  // A finding of an earlier cycle may be mended since; at the end only those that are open count.
  const findings = model.result?.findings ?? model.cycles.at(-1)?.findings ?? [];
  const which = model.result === null && cycle !== undefined ? `, cycle ${cycle.number}` : '';
  return html`<section class="stack" aria-labelledby="gates-title">
    <h2 id="gates-title">Gates${which}</h2>
    ${
      gates.length === 0
        ? html`<p class="muted">
            ${
              model.result === null
                ? 'No gate has run yet. Loki runs them itself at the end of each cycle.'
                : 'No gate was run.'
            }
          </p>`
        : gateList(gates, acts)
    }
    ${
      findings.length === 0
        ? nothing
        : html`<h3>${count(findings.length, 'finding')} of reviewers</h3>
            ${findingList(findings, 'Findings of reviewers', acts)}`
    }
  </section>`;
}

function confinementView({ started, result }: TaskModel): TemplateResult {
  const confinement = started?.confinement ?? result?.confinement ?? null;
  const isNone = confinement?.kind === 'none';
  return html`<section class="stack" aria-labelledby="confinement-title">
    <h2 id="confinement-title">Confinement</h2>
    ${
      confinement === null
        ? html`<p class="muted">Not known yet.</p>`
        : html`<p class="with-icon ${isNone ? 'card tone-doubtful' : ''}">
            ${icon(isNone ? 'warning' : 'shield', isNone ? 'doubtful' : 'good')}
            <span
              ><strong>${isNone ? 'Commands are not confined.' : `Confined by ${confinement.kind}.`}</strong>
              <span class="muted">${shownText(sentence(capitalised(confinement.detail)))}</span></span
            >
          </p>`
    }
  </section>`;
}

function changesView({ result }: TaskModel, acts: TaskActs): TemplateResult | typeof nothing {
  if (result === null) return nothing;
  const { filesChanged, audit } = result;
  return html`<section class="stack" aria-labelledby="changes-title">
    <h2 id="changes-title">${count(filesChanged.length, 'changed file')}</h2>
    ${
      filesChanged.length === 0
        ? html`<p class="muted">The run changed nothing.</p>`
        : html`<ul class="files" aria-label="Changed files">
            ${filesChanged.map((file) => html`<li class="mono">${shownText(file)}</li>`)}
          </ul>`
    }
    <p class="with-icon">
      ${audit.disabled === true ? icon('warning', 'doubtful') : icon(audit.valid ? 'chain' : 'broken', audit.valid ? 'good' : 'bad')}
      <span
        >${recordWords(audit)}
        <button type="button" class="link" @click=${() => acts.post({ type: 'run', deed: 'showAudit' })}>
          Open audit log
        </button></span
      >
    </p>
  </section>`;
}

/** What the record is worth, beside the verdict. */
function recordWords({ valid, entries, disabled }: RunResult['audit']): TemplateResult {
  const words = valid
    ? `The audit log is valid: ${count(entries, 'entry', 'entries')}, none altered, none known to be missing.`
    : 'The audit log is not valid: something in it was altered, or is missing.';
  const off = html`<strong>The audit log was switched off for this run (LOKI_AUDIT_DISABLED):</strong> only what matters
    to security was recorded, so the result cannot be VERIFIED.`;
  return disabled === true ? html`${off} ${words}` : html`${words}`;
}
