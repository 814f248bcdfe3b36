import { tokenWords } from '#protocol/tokenWords';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { icon } from '../shared/icon.ts';
import { moneyShares, taskWindow, type MoneyShares } from './moneyShares.ts';
import type { TaskState } from './taskState.ts';

const usualThreshold = 0.8;

/** The task's money as a picture and in words; day and month in words. */
export function moneyView({ summary, model, meter }: TaskState): TemplateResult {
  const threshold = meter?.alertThreshold ?? usualThreshold;
  const task = moneyShares(taskWindow(summary, model, meter), threshold);
  const tokens = model.result?.tokens ?? model.cost?.tokens ?? null;
  return html`<section class="stack" aria-labelledby="money-title">
    <h2 id="money-title">Money${summary.simulated ? ', simulated' : ''}</h2>
    <div class="money">
      ${moneyBar(task)}
      <p class="with-icon">
        ${task.isAlert ? icon('warning', 'doubtful') : nothing}<span>${capital(task.words)}.</span>
      </p>
      ${
        task.reservedUsd > 0
          ? html`<p class="legend muted">
              ${legendSquare()} Reserved: the most that the request under way can cost, held until it is answered.
            </p>`
          : nothing
      }
      <dl class="pairs windows">
        ${
          meter === null || meter.simulated !== summary.simulated
            ? nothing
            : html`<dt>Today</dt>
                <dd>${moneyShares(meter.day, threshold).words}</dd>
                <dt>This month</dt>
                <dd>${moneyShares(meter.month, threshold).words}</dd>`
        }
        ${
          tokens === null
            ? nothing
            : html`<dt>Tokens</dt>
                <dd>${tokenWords(tokens)}</dd>`
        }
      </dl>
    </div>
  </section>`;
}

/** The picture says nothing that the sentence below it does not say. */
function moneyBar({ spentPercent, reservedPercent, alertPercent, limitUsd, isAlert }: MoneyShares): TemplateResult {
  return html`<svg class="money-bar" aria-hidden="true" focusable="false">
    <defs>
      <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2.4" height="6" class="hatch" />
      </pattern>
    </defs>
    <rect class="ground" width="100%" height="100%" rx="3" />
    <rect class="spent ${isAlert ? 'alert' : ''}" width="${spentPercent}%" height="100%" rx="3" />
    <rect x="${spentPercent}%" width="${reservedPercent}%" height="100%" fill="url(#hatch)" />
    ${
      limitUsd === null
        ? nothing
        : svg`<line class="threshold" x1="${alertPercent}%" x2="${alertPercent}%" y1="0" y2="100%" />`
    }
  </svg>`;
}

function legendSquare(): TemplateResult {
  return html`<svg class="legend-square" aria-hidden="true" focusable="false">
    <rect width="100%" height="100%" fill="url(#hatch)" />
  </svg>`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
