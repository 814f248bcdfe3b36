import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../shared/count.ts';
import { icon, type IconName } from '../shared/icon.ts';
import { shownText } from '../shared/shownText.ts';
import { actionView } from './actionView.ts';
import { isShown } from './attention.ts';
import { foldable } from './foldable.ts';
import { hostName, type NoticeItem, type SaidItem, type Turn, type TurnItem } from './taskModel.ts';
import type { TaskActs, TaskFilter } from './taskState.ts';

interface Look {
  readonly filter: TaskFilter;
  readonly folded: ReadonlyMap<string, boolean>;
}

/** Above this many, entries that are out of sight are not laid out. */
const manyItems = 60;

/** One agent's turn in a phase: who, how it ended, and all that it said and did. */
export function turnView(turn: Turn, { filter, folded }: Look, acts: TaskActs): TemplateResult {
  const { agent, swarm, state, summary, items } = turn;
  const shown = items.filter((item) => isShown(item, filter));
  const left = items.length - shown.length;
  const [name, tone, word] = stateIcons[state];
  const isHost = agent === hostName;
  return html`<div class="turn">
    <p class="turn-head row">
      ${icon(name, tone)}<strong>${isHost ? 'Loki itself' : shownText(agent)}</strong>
      <span class="muted">${swarm === null ? nothing : html`${shownText(swarm)}, `}${word}</span>
    </p>
    ${
      shown.length === 0
        ? nothing
        : html`<ul
            class="items ${shown.length > manyItems ? 'long' : ''}"
            data-roving
            aria-label="What ${isHost ? 'Loki' : agent} did"
          >
            ${repeat(
              shown,
              ({ key }) => key,
              (item) => html`<li>${guard([item, folded.get(item.key)], () => itemView(item, folded, acts))}</li>`,
            )}
          </ul>`
    }
    ${left > 0 ? html`<p class="muted left-out">${count(left, 'line')} not shown</p>` : nothing}
    ${summary === null || filter !== 'everything' ? nothing : html`<p class="turn-summary">${shownText(summary)}</p>`}
  </div>`;
}

function itemView(item: TurnItem, folded: ReadonlyMap<string, boolean>, acts: TaskActs): TemplateResult {
  switch (item.kind) {
    case 'action':
      return actionView(item, folded.get(item.key) ?? false, acts);
    case 'said':
      return saidView(item, folded.get(item.key) ?? false, acts);
    case 'notice':
      return noticeView(item);
    default:
      return item satisfies never;
  }
}

/** The model's words: short ones as they are, long ones folded to their beginning. */
function saidView({ key, text }: SaidItem, isOpen: boolean, acts: TaskActs): TemplateResult {
  if (text.length <= 240 && !text.includes('\n')) {
    return html`<p class="said">${icon('speech', 'calm')}<span>${shownText(text)}</span></p>`;
  }
  return foldable({
    className: 'said-long',
    isOpen,
    fold: (open) => acts.fold(key, open),
    head: html`<span class="said"
      >${icon('speech', 'calm')}<span class="clipped"
        >${isOpen ? 'What the model said' : shownText(text.slice(0, 200))}</span
      ></span
    >`,
    body: () => html`<p class="said-text">${shownText(text)}</p>`,
  });
}

function noticeView({ level, message }: NoticeItem): TemplateResult {
  const isWarning = level === 'warning';
  return html`<p class="said notice">
    ${icon(isWarning ? 'warning' : 'info', isWarning ? 'doubtful' : 'busy')}<span
      >${isWarning ? html`<strong>Warning:</strong> ` : nothing}${shownText(message)}</span
    >
  </p>`;
}

const stateIcons: Readonly<Record<Turn['state'], readonly [IconName, string, string]>> = {
  working: ['running', 'busy', 'working'],
  finished: ['passed', 'good', 'finished'],
  stopped: ['cancelled', 'doubtful', 'stopped'],
};
