import type { AuditEntry } from '#protocol/audit';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../shared/count.ts';
import { icon } from '../shared/icon.ts';
import { dayAndTime, timeOfDay } from '../shared/moment.ts';
import { shownText } from '../shared/shownText.ts';
import type { AuditActs, AuditPageState } from './auditState.ts';
import { endsTooEarly } from './endsTooEarly.ts';
import { isBreak, standingWords, type EntryStanding } from './entryStanding.ts';
import { outcomeWords } from './entryWords.ts';
import { gutter, gutterLegend } from './gutterView.ts';
import { placed } from './placed.ts';
import { standingOf } from './standingOf.ts';
import { visibleRange } from './visibleRange.ts';
import { entryAt } from './windowCache.ts';

export const listId = 'entries';

/** The entries that match, the latest first; drawn are only those that are seen. */
export function entryList(state: AuditPageState, acts: AuditActs): TemplateResult {
  const { cache, chain, filter, scrollTop, listHeight, rowHeight, cursor } = state;
  const isFiltered = Object.values(filter).some((value) => value !== null);
  const total = cache.total ?? 0;
  const { first, end } = visibleRange(scrollTop, listHeight, rowHeight, total);
  const rows = Array.from({ length: end - first }, (_, index) => first + index);
  return html`<section class="list-pane" aria-labelledby="entries-title">
    <div class="list-head">
      <h2 id="entries-title" class="list-title">
        ${
          cache.total === null
            ? 'Entries'
            : `${count(total, 'entry', 'entries')}${isFiltered ? ' match' + (total === 1 ? 'es' : '') : ''}, the latest first`
        }
      </h2>
      ${gutterLegend(chain?.verification ?? null)}
    </div>
    <div>
      ${
        cache.total === 0 && (isFiltered || chain?.verification?.entries !== 0)
          ? html`<p class="muted nothing">
              ${isFiltered ? 'No entry matches. Widen the filter, or clear it.' : 'The log has no readable entry.'}
            </p>`
          : nothing
      }
      ${isFiltered ? nothing : endsTooEarly(chain?.verification ?? null)}
    </div>
    <div
      id=${listId}
      class="entries"
      role="listbox"
      tabindex="0"
      aria-labelledby="entries-title"
      aria-activedescendant=${cursor !== null && cursor >= first && cursor < end ? `row-${cursor}` : nothing}
      @scroll=${({ currentTarget }: Event) => {
        if (currentTarget instanceof HTMLElement) acts.scroll(currentTarget.scrollTop);
      }}
      @keydown=${(event: KeyboardEvent) => onKey(event, state, acts)}
    >
      <div class="runway" role="presentation" ${placed({ height: total * rowHeight })}>
        ${repeat(
          rows,
          (row) => row,
          (row) => rowView(row, entryAt(cache, row), state, acts),
        )}
      </div>
    </div>
  </section>`;
}

function rowView(row: number, entry: AuditEntry | null, state: AuditPageState, acts: AuditActs): TemplateResult {
  const { cursor, cache, rowHeight, selected } = state;
  const position = placed({ top: row * rowHeight, height: rowHeight });
  const total = cache.total ?? 0;
  if (entry === null) {
    return html`<div
      id="row-${row}"
      class="entry"
      role="option"
      aria-selected="false"
      aria-setsize=${total}
      aria-posinset=${row + 1}
      ${position}
    >
      <span class="muted">Loading …</span>
    </div>`;
  }
  const { seq, timestamp, who, what, where } = entry;
  const standing = standingOf(state, entry, row);
  const above = row === 0 ? null : entryAt(cache, row - 1);
  const isHead = row === 0 || (above !== null && standingOf(state, above, row - 1) !== standing);
  const outcome = outcomeWords(entry);
  return html`<div
    id="row-${row}"
    class="entry standing-${standing} ${cursor === row ? 'cursor' : ''}"
    role="option"
    aria-selected=${selected?.seq === seq ? 'true' : 'false'}
    aria-setsize=${total}
    aria-posinset=${row + 1}
    ${position}
    @click=${() => acts.moveTo(row)}
  >
    ${gutter(standing, isHead)}
    <span class="line by"
      ><span class="seq">${seq}</span>
      <time class="time" datetime=${timestamp} title=${dayAndTime(timestamp)}>${timeOfDay(timestamp)}</time>
      <span class="who">${shownText(who ?? '')}</span></span
    >
    <span class="line"
      ><span class="what">${shownText(what ?? '')}</span>
      <span class="where mono">${shownText(where ?? '')}</span>
      <span class="outcome"
        >${isBreak(standing) ? breakWords(standing) : outcome === null ? nothing : html`${icon(outcome.icon, outcome.tone)} ${shownText(outcome.text)}`}</span
      ></span
    >
    <span class="unseen">, ${standingWords[standing].short}</span>
  </div>`;
}

function breakWords(standing: EntryStanding): TemplateResult {
  return html`${icon('broken', 'bad')}
    <strong>${standing === 'gap' ? 'entries missing before' : 'chain breaks here'}</strong>`;
}

function onKey(event: KeyboardEvent, { cache, listHeight, rowHeight }: AuditPageState, acts: AuditActs): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const last = (cache.total ?? 0) - 1;
  if (last < 0) return;
  const page = Math.max(1, Math.floor(listHeight / rowHeight) - 1);
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
  if (by !== undefined) {
    event.preventDefault();
    acts.moveBy((cursor) => Math.max(0, Math.min(last, cursor + by)));
  } else if (event.key === 'Enter') {
    event.preventDefault();
    document.getElementById('details')?.focus();
  }
}
