import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';
import { loadingView } from '../shared/loadingView.ts';
import type { AuditActs, AuditPageState } from './auditState.ts';
import { chainWords } from './chainWords.ts';
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

function chainView({ chain, isVerifying }: AuditPageState, acts: AuditActs): TemplateResult | typeof nothing {
  if (chain === null) return nothing;
  const { icon: name, tone, title, integrity, completeness } = chainWords(chain, isVerifying);
  const isBroken = !isVerifying && chain.verification?.valid === false;
  return html`<section
    class="card chain tone-${tone}"
    aria-labelledby="chain-title"
    aria-busy=${isVerifying ? 'true' : 'false'}
  >
    <div class="chain-words">
      ${icon(name, tone)}
      <div class="chain-text">
        <h2 id="chain-title">${title}</h2>
        <p>${completeness === null ? nothing : html`<strong>Integrity:</strong> `}${integrity}</p>
        ${completeness === null ? nothing : html`<p class="muted"><strong>Completeness:</strong> ${completeness}</p>`}
      </div>
    </div>
    ${isVerifying ? html`<vscode-progress-bar aria-label="Verifying" indeterminate></vscode-progress-bar>` : nothing}
    <div class="row">
      ${
        chain.isAbsent
          ? nothing
          : html`<vscode-button
              ?disabled=${isVerifying}
              aria-disabled=${isVerifying ? 'true' : 'false'}
              ?secondary=${isBroken}
              @click=${() => {
                if (!isVerifying) acts.verify();
              }}
              >Verify chain</vscode-button
            >`
      }
      ${
        isBroken && chain.verification?.brokenAt !== null
          ? html`<vscode-button @click=${acts.showBreak}>Show the break</vscode-button>`
          : nothing
      }
      <button type="button" class="link" @click=${acts.showThreatModel}>What this proves, and against whom</button>
    </div>
  </section>`;
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
