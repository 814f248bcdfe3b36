import type { AuditEntry } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { copyButton } from '../shared/copyButton.ts';
import { icon } from '../shared/icon.ts';
import { dayAndTime } from '../shared/moment.ts';
import { shownText } from '../shared/shownText.ts';
import { noFilter, type AuditActs, type AuditPageState } from './auditState.ts';
import { entryStanding, standingWords, type EntryStanding } from './chainWords.ts';
import { metadataText } from './entryWords.ts';
import { metadataView } from './metadataView.ts';

/** One entry with all its members. */
export function entryDetails(entry: AuditEntry, { chain }: AuditPageState, acts: AuditActs): TemplateResult {
  const { seq, timestamp, who, what, where, why, metadata, previousHash, hash } = entry;
  const standing = chain === null ? 'unknown' : entryStanding(seq, chain);
  const run = metadataText(entry, 'run_id');
  const error = standing === 'broken' ? (chain?.verification?.error ?? null) : null;
  return html`<section
    id="details"
    class="details-pane"
    tabindex="-1"
    aria-labelledby="details-title"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      acts.close();
    }}
  >
    <div class="row apart">
      <h2 id="details-title">Entry ${seq}</h2>
      <span class="row">
        ${copyButton(JSON.stringify(entry), 'entry as JSON', acts.say)}
        <button type="button" class="copy" title="Close" aria-label="Close the details" @click=${acts.close}>
          ${icon('error')}
        </button>
      </span>
    </div>
    <p class="with-icon standing">
      ${icon(standingIcon[standing], standingTone[standing])}
      <span
        >${standingWords[standing]}.${error === null ? nothing : html` <span class="muted">${shownText(error)}.</span>`}</span
      >
    </p>
    <dl class="pairs">
      ${pair('Time', html`<time datetime=${timestamp}>${dayAndTime(timestamp)}</time> <span class="muted mono">${timestamp}</span>`)}
      ${pair('Who', text(who))} ${pair('What', text(what))} ${pair('Where', text(where))} ${pair('Why', text(why))}
      ${pair('Hash', hashView(hash, 'hash', acts))} ${pair('Previous', hashView(previousHash, 'previous hash', acts))}
    </dl>
    ${
      run === null
        ? nothing
        : html`<p>
            <button type="button" class="link" @click=${() => acts.filter({ ...noFilter, run })}>
              Show only this run
            </button>
          </p>`
    }
    <h3>Metadata</h3>
    ${
      metadata === null || Object.keys(metadata).length === 0
        ? html`<p class="muted">There is none.</p>`
        : metadataView(metadata)
    }
  </section>`;
}

function pair(name: string, value: unknown): TemplateResult {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function text(value: string | null): TemplateResult {
  return value === null || value === '' ? html`<span class="muted">nothing</span>` : shownText(value);
}

function hashView(hash: string, what: string, acts: AuditActs): TemplateResult {
  return html`<span class="hash"><code>${shownText(hash)}</code>${copyButton(hash, what, acts.say)}</span>`;
}

const standingIcon = {
  proved: 'chain',
  broken: 'broken',
  unproved: 'warning',
  unknown: 'unknown',
} as const satisfies Record<EntryStanding, string>;
const standingTone: Readonly<Record<EntryStanding, string>> = {
  proved: 'good',
  broken: 'bad',
  unproved: 'doubtful',
  unknown: 'calm',
};
