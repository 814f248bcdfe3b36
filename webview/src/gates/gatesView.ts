import type { GateState } from '#protocol/gate';
import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../shared/count.ts';
import { findingList, type FindingActs } from '../shared/findingList.ts';
import { gateList } from '../shared/gateList.ts';
import { icon } from '../shared/icon.ts';
import { loadingView } from '../shared/loadingView.ts';
import { dayAndTime } from '../shared/moment.ts';
import { shownText } from '../shared/shownText.ts';
import { verdictWords } from '../shared/verdictWords.ts';

/** The whole gates page. */
export function gatesView(state: GateState | null, acts: FindingActs): TemplateResult {
  if (state === null) return loadingView('the gates');
  const { gates, findings, profile, at, runId } = state;
  if (gates.length === 0 && findings.length === 0) return emptyView(profile);
  return html`<main class="page gates-page">
    <header class="stack">
      <h1>Gates</h1>
      <p class="facts">
        <span>profile ${shownText(profile)}</span>
        ${runId === null ? html`<span>run by hand</span>` : html`<span class="mono">${shownText(runId)}</span>`}
        ${at === null ? nothing : html`<span>${dayAndTime(at)}</span>`}
      </p>
      ${verdictView(state)}
    </header>
    <section class="stack" aria-labelledby="checks-title">
      <h2 id="checks-title">${count(gates.length, 'gate')}</h2>
      ${gates.length === 0 ? html`<p class="muted">No gate was run.</p>` : gateList(gates, acts)}
    </section>
    <section class="stack" aria-labelledby="findings-title">
      <h2 id="findings-title">${count(findings.length, 'open finding')} of reviewers</h2>
      ${
        findings.length === 0
          ? html`<p class="muted">Nothing is open.</p>`
          : html`<div class="card">${findingList(findings, 'Findings of reviewers', acts)}</div>`
      }
    </section>
  </main>`;
}

function verdictView({ verdict }: GateState): TemplateResult {
  if (verdict === null) {
    return html`<section class="card tone-busy verdict" aria-label="Verdict">
      ${icon('info', 'busy')}
      <div>
        <h2>No verdict yet</h2>
        <p>Loki gives it when every gate has run.</p>
      </div>
    </section>`;
  }
  const { icon: name, tone, meaning } = verdictWords[verdict];
  return html`<section class="card tone-${tone} verdict" aria-label="Verdict">
    ${icon(name, tone)}
    <div>
      <h2>${verdict}</h2>
      <p>${meaning}</p>
    </div>
  </section>`;
}

function emptyView(profile: string): TemplateResult {
  return html`<main class="empty">
    ${icon('shield', 'calm')}
    <h1>No gate has run here yet</h1>
    <p>
      Gates check a result: tests, secrets and what else the profile <strong>${shownText(profile)}</strong> names. Loki
      runs them itself at the end of each cycle of a task; an agent cannot skip or change them.
    </p>
    <p>
      Start a task with <strong>Loki: Run Task</strong> from the Command Palette, or run the gates on your own work in a
      terminal with <code>loki gate run</code>.
    </p>
  </main>`;
}
