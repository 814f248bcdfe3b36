import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';
import { loadingView } from '../shared/loadingView.ts';
import type { AuditActs, AuditPageState } from './auditState.ts';
import { chainView } from './chainView.ts';
import { entryDetails } from './entryDetails.ts';
import { entryList } from './entryList.ts';
import { filterView } from './filterView.ts';

/** The whole audit page. */
export function auditView(state: AuditPageState, acts: AuditActs): TemplateResult {
  const { chain, selected } = state;
  if (chain === null) return loadingView('the audit log');
  return html`<main class="audit-page">
    <h1 class="unseen">Audit log</h1>
    ${chainView(state, acts)}
    ${
      chain.isAbsent
        ? emptyView()
        : html`${filterView(state.filter, acts)}
            <div class="panes ${selected === null ? '' : 'with-details'}">
              ${entryList(state, acts)} ${selected === null ? nothing : entryDetails(selected, state, acts)}
            </div>`
    }
  </main>`;
}

function emptyView(): TemplateResult {
  return html`<section class="empty">
    ${icon('chain', 'calm')}
    <h2>Nothing was recorded here yet</h2>
    <p>
      Loki writes down every action before it happens, and what came of it. Start a task with
      <strong>Loki: Run Task</strong>
      from the Command Palette, and its record appears here.
    </p>
  </section>`;
}
