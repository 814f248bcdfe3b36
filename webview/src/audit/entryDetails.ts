import type { AuditEntry } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { copyButton } from '../shared/copyButton.ts';
import { icon, type IconName } from '../shared/icon.ts';
import { dayAndTime } from '../shared/moment.ts';
import { shownText } from '../shared/shownText.ts';
import { noFilter, type AuditActs, type AuditPageState } from './auditState.ts';
import { breakHashes, type HashClash } from './breakHashes.ts';
import { isBreak, standingWords, type EntryStanding } from './entryStanding.ts';
import { metadataText } from './entryWords.ts';
import { standingTone } from './gutterView.ts';
import { metadataView } from './metadataView.ts';
import { standingOf } from './standingOf.ts';
import { entryAt } from './windowCache.ts';

/** One entry with all its members. */
export function entryDetails(entry: AuditEntry, state: AuditPageState, acts: AuditActs): TemplateResult {
  const { chain, cache, cursor } = state;
  const { seq, timestamp, who, what, where, why, metadata, previousHash, hash } = entry;
  const row = cursor !== null && entryAt(cache, cursor)?.seq === seq ? cursor : null;
  const standing = standingOf(state, entry, row);
  const run = metadataText(entry, 'run_id');
  const error = isBreak(standing) ? (chain?.verification?.error ?? null) : null;
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
        >${standingWords[standing].long}.${error === null ? nothing : html` <span class="muted">${shownText(error)}.</span>`}</span
      >
    </p>
    ${
      isBreak(standing)
        ? breakHashes(entry, row === null ? null : entryAt(cache, row + 1), (clash) => clashView(clash, acts))
        : nothing
    }
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

/** One beside the other, so that the first digits can be compared. */
function clashView({ expectedName, expected, actualName, actual }: HashClash, acts: AuditActs): TemplateResult {
  return html`<dl class="clash">
    <dt>${expectedName}</dt>
    <dd>${hashView(expected, 'expected hash', acts)}</dd>
    <dt>${actualName}</dt>
    <dd>${hashView(actual, 'actual hash', acts)}</dd>
  </dl>`;
}

const standingIcon: Readonly<Record<EntryStanding, IconName>> = {
  anchored: 'anchor',
  signed: 'seal',
  intact: 'chain',
  altered: 'broken',
  gap: 'broken',
  unproved: 'warning',
  unknown: 'unknown',
};
