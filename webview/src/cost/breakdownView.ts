import type { CostGrouping, CostRow, CostState } from '#protocol/cost';
import { html, nothing, type TemplateResult } from 'lit';
import { moneyAlike } from '../shared/money.ts';
import { shownText } from '../shared/shownText.ts';

/** Who and what the money went to, one grouping at a time. */
export function breakdownView(
  breakdowns: CostState['breakdowns'],
  by: CostGrouping,
  choose: (by: CostGrouping) => void,
): TemplateResult {
  const rows = breakdowns.find((breakdown) => breakdown.by === by)?.rows ?? [];
  const most = Math.max(...rows.map(({ costUsd }) => costUsd), 0.000001);
  const amounts = moneyAlike(rows.map(({ costUsd }) => costUsd));
  return html`<section class="stack" aria-labelledby="breakdown-title">
    <h2 id="breakdown-title">Where it went</h2>
    <div role="tablist" aria-label="Group by" class="row tabs" @keydown=${rovingKeys(breakdowns, by, choose)}>
      ${breakdowns.map(
        (breakdown) =>
          html`<button
            type="button"
            role="tab"
            id="by-${breakdown.by}"
            class="tab"
            aria-selected=${breakdown.by === by ? 'true' : 'false'}
            aria-controls="breakdown"
            tabindex=${breakdown.by === by ? 0 : -1}
            @click=${() => choose(breakdown.by)}
          >
            ${breakdown.by}
          </button>`,
      )}
    </div>
    <div id="breakdown" role="tabpanel" aria-labelledby="by-${by}" tabindex="0">
      <table class="amounts">
        <thead>
          <tr>
            <th scope="col">${by}</th>
            <th scope="col" class="number">Cost</th>
            <th scope="col" class="number">Tokens in</th>
            <th scope="col" class="number">Tokens out</th>
            <th scope="col" class="number">Calls</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((row, index) => rowView(row, amounts[index] ?? '', most))}
        </tbody>
      </table>
      ${rows.length === 0 ? html`<p class="muted">No request of this folder has been settled yet.</p>` : nothing}
    </div>
  </section>`;
}

function rowView(
  { key, simulated, costUsd, inputTokens, outputTokens, calls, unmeasuredCalls }: CostRow,
  amount: string,
  most: number,
) {
  return html`<tr>
    <th scope="row">${shownText(key)} ${simulated ? html`<span class="badge">simulated</span>` : nothing}</th>
    <td class="number">
      <span class="with-share">
        <svg class="share" aria-hidden="true" focusable="false">
          <rect class="spent" width="${(costUsd / most) * 100}%" height="100%" rx="2" />
        </svg>
        ${amount}
      </span>
    </td>
    <td class="number">${tokens(inputTokens)}</td>
    <td class="number">${tokens(outputTokens)}</td>
    <td class="number">
      ${number(calls)}${unmeasuredCalls === undefined ? nothing : ` (${number(unmeasuredCalls)} unmeasured)`}
    </td>
  </tr>`;
}

function tokens(count: number | null): string {
  return count === null ? 'unmeasured' : number(count);
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

/** Arrow keys, Home and End go through the tabs, as in every list of tabs. */
function rovingKeys(breakdowns: CostState['breakdowns'], by: CostGrouping, choose: (by: CostGrouping) => void) {
  return (event: KeyboardEvent): void => {
    const place = breakdowns.findIndex((breakdown) => breakdown.by === by);
    const chosen = breakdowns[tabAfter(event.key, place, breakdowns.length)];
    if (chosen === undefined) return;
    event.preventDefault();
    choose(chosen.by);
    document.querySelector<HTMLElement>(`#by-${chosen.by}`)?.focus();
  };
}

function tabAfter(key: string, place: number, length: number): number {
  switch (key) {
    case 'ArrowRight':
      return (place + 1) % length;
    case 'ArrowLeft':
      return (place + length - 1) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return -1;
  }
}
