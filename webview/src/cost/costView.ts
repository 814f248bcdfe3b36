import type { BurnDown, CostGrouping, CostState } from '#protocol/cost';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';
import { loadingView } from '../shared/loadingView.ts';
import { money } from '../shared/money.ts';
import { shownText } from '../shared/shownText.ts';
import { breakdownView } from './breakdownView.ts';
import { burnLine } from './burnLine.ts';
import { burnWords } from './burnWords.ts';

export interface CostActs {
  readonly raise: (window: BurnDown['window']) => void;
  /** Shows the breakdown by something else. */
  readonly choose: (by: CostGrouping) => void;
}

/** The whole cost page. */
export function costView(state: CostState | null, by: CostGrouping, acts: CostActs): TemplateResult {
  if (state === null) return loadingView('the cost');
  const isEmpty = state.breakdowns.every(({ rows }) => rows.length === 0);
  if (isEmpty && state.windows.every(({ state: { spentUsd, reservedUsd } }) => spentUsd + reservedUsd === 0)) {
    return emptyView();
  }
  const { windows, groups, at, alertThreshold, simulated, totalUsd, simulatedUsd } = state;
  return html`<main class="page cost-page">
    <header class="stack">
      <h1>Cost</h1>
      <p class="facts">
        <span>${money(totalUsd)} in this folder, altogether</span>
        ${simulatedUsd > 0 ? html`<span>${money(simulatedUsd)} simulated, which nobody charges</span>` : nothing}
      </p>
    </header>
    <section class="stack" aria-labelledby="windows-title">
      <h2 id="windows-title">Limits${simulated ? ', simulated money' : ''}</h2>
      <p class="muted">Days and months count everything that you spend on this machine.</p>
      ${legendView()}
      <div class="burns">${windows.map((burn) => burnView(burn, at, alertThreshold, acts))}</div>
    </section>
    ${groups.length === 0 ? nothing : groupsView(groups)} ${breakdownView(state.breakdowns, by, acts.choose)}
  </main>`;
}

/** What the lines of the pictures stand for; the pictures themselves are told in words below each. */
function legendView(): TemplateResult {
  const lines = ['spent', 'limit', 'threshold', 'projection'] as const;
  const words = {
    spent: 'spent',
    limit: 'limit',
    threshold: 'warns from here on',
    projection: 'if it goes on like this',
  };
  return html`<p class="muted legend" aria-hidden="true">
    ${lines.map(
      (line) =>
        html`<span
          ><svg class="burn-picture" viewBox="0 0 100 100" preserveAspectRatio="none" focusable="false">
            <line class=${line} x1="0" x2="100" y1="50" y2="50" /></svg
          >${words[line]}</span
        >`,
    )}
  </p>`;
}

const titles = { task: 'Latest task', day: 'Today', month: 'This month' } as const;

function burnView(burn: BurnDown, at: string, alertThreshold: number, acts: CostActs): TemplateResult {
  const { limitUsd, spentUsd } = burn.state;
  const isAlert = limitUsd !== null && spentUsd >= limitUsd * alertThreshold;
  const { spent, projection, limitY, thresholdY } = burnLine(burn, at, alertThreshold);
  const title = titles[burn.window];
  return html`<article class="card burn ${isAlert ? 'tone-doubtful' : ''}" aria-labelledby="burn-${burn.window}">
    <div class="row apart">
      <h3 id="burn-${burn.window}" class="row">${isAlert ? icon('warning', 'doubtful') : nothing} ${title}</h3>
      <span class="mono muted">${shownText(burn.key)}</span>
    </div>
    <svg class="burn-picture" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      ${limitY === null ? nothing : svg`<line class="limit" x1="0" x2="100" y1="${limitY}" y2="${limitY}" />`}
      ${thresholdY === null ? nothing : svg`<line class="threshold" x1="0" x2="100" y1="${thresholdY}" y2="${thresholdY}" />`}
      <polyline class="spent ${isAlert ? 'alert' : ''}" points=${spent} />
      ${projection === null ? nothing : svg`<polyline class="projection" points="${projection}" />`}
    </svg>
    ${burnWords(burn, { at, alertThreshold }).map((words) => html`<p>${words}</p>`)}
    ${
      limitUsd === null
        ? nothing
        : html`<div>
            <vscode-button secondary aria-label="Raise the limit: ${title}" @click=${() => acts.raise(burn.window)}
              >Raise the limit</vscode-button
            >
          </div>`
    }
  </article>`;
}

function groupsView(groups: CostState['groups']): TemplateResult {
  return html`<section class="stack" aria-labelledby="groups-title">
    <h2 id="groups-title">Limits of groups</h2>
    <table class="amounts">
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col">For a</th>
          <th scope="col" class="number">Spent</th>
          <th scope="col" class="number">Limit</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          ({ group, window, spentUsd, limitUsd }) =>
            html`<tr>
              <th scope="row">${shownText(group)}</th>
              <td>${window}</td>
              <td class="number">${money(spentUsd)}</td>
              <td class="number">${money(limitUsd)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function emptyView(): TemplateResult {
  return html`<main class="empty">
    ${icon('info', 'calm')}
    <h1>Nothing has been spent here yet</h1>
    <p>
      Every request to a model is counted before it is sent: the most that it can cost is reserved, and settled with
      what the provider counted. A limit stops a task before it is passed.
    </p>
    <p>
      Set limits in <code>.loki/config.yaml</code> with <strong>Loki: Open Configuration</strong>, and start a task with
      <strong>Loki: Run Task</strong>.
    </p>
  </main>`;
}
