import type { AuditVerification } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type IconName } from '../shared/icon.ts';
import { proofRanges, standingWords, type EntryStanding } from './entryStanding.ts';

// How each entry is proved, at its left: the line differs in its form, not only in its colour, each row says it in words to
// readers of the screen, and a legend above the list says which entries are meant.

/** The gutter of a row. The latest entry of a part also bears the part's picture. */
export function gutter(standing: EntryStanding, isHead: boolean): TemplateResult {
  return html`<span class="gutter" title=${standingWords[standing].long}
    >${sample(standing)}${isHead && standingIcon[standing] !== null ? icon(standingIcon[standing], standingTone[standing]) : nothing}</span
  >`;
}

/** The parts of the log in words, the latest first. */
export function gutterLegend(verification: AuditVerification | null): TemplateResult | typeof nothing {
  const ranges = verification === null ? [] : proofRanges(verification);
  if (ranges.length === 0) return nothing;
  return html`<ul class="legend" aria-label="How the entries are proved">
    ${ranges.map(
      ({ standing, from, to }) =>
        html`<li title=${standingWords[standing].long}>
          ${sample(standing)}
          <span>${standingWords[standing].short}: ${from === to ? `entry ${from}` : `entries ${from} to ${to}`}</span>
        </li>`,
    )}
  </ul>`;
}

function sample(standing: EntryStanding): TemplateResult {
  return html`<span class="bar bar-${standing}"></span>`;
}

const standingIcon: Readonly<Record<EntryStanding, IconName | null>> = {
  anchored: 'anchor',
  signed: 'seal',
  intact: null,
  altered: 'broken',
  gap: 'broken',
  unproved: null,
  unknown: null,
};

/** The colour of a standing, beside its form and its words. */
export const standingTone: Readonly<Record<EntryStanding, string>> = {
  anchored: 'good',
  signed: 'good',
  intact: 'calm',
  altered: 'bad',
  gap: 'bad',
  unproved: 'doubtful',
  unknown: 'calm',
};
