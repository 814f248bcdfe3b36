import type { GateResult } from '#protocol/gate';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { duration } from './duration.ts';
import { findingList, type FindingActs } from './findingList.ts';
import { orderedGates } from './gateOrder.ts';
import { icon, type IconName } from './icon.ts';
import { shownText } from './shownText.ts';

/** Gates with their evidence, required ones first. */
export function gateList(gates: readonly GateResult[], acts: FindingActs): TemplateResult {
  return html`<ul class="gates" aria-label="Gates">
    ${repeat(
      orderedGates(gates),
      ({ id }) => id,
      (gate) => gateEntry(gate, acts),
    )}
  </ul>`;
}

function gateEntry(gate: GateResult, acts: FindingActs): TemplateResult {
  const { id, isRequired, status, summary, command, exitCode, durationMs, findings } = gate;
  const { name, tone, word } = statusWords[status];
  return html`<li class="card gate tone-${tone}">
    <div class="row apart">
      <h3 class="row">${icon(name, tone)} ${shownText(id)}</h3>
      <span class="row"
        ><span class="badge">${isRequired ? 'Required' : 'Optional'}</span><strong>${word}</strong></span
      >
    </div>
    <p>${shownText(summary)}</p>
    <p class="facts">
      ${command === null ? html`<span>Loki's own check</span>` : html`<code>${shownText(`$ ${command}`)}</code>`}
      ${exitCode === null ? nothing : html`<span>exit code ${exitCode}</span>`}
      <span>${duration(durationMs)}</span>
    </p>
    ${findings.length === 0 ? nothing : findingList(findings, `Findings of ${id}`, acts)}
  </li>`;
}

const statusWords: Readonly<
  Record<GateResult['status'], { readonly name: IconName; readonly tone: string; readonly word: string }>
> = {
  passed: { name: 'passed', tone: 'good', word: 'Passed' },
  failed: { name: 'failed', tone: 'bad', word: 'Failed' },
  inconclusive: { name: 'unknown', tone: 'doubtful', word: 'Inconclusive, not a pass' },
  skipped: { name: 'skipped', tone: 'doubtful', word: 'Skipped, not a pass' },
};
