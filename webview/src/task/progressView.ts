import type { Phase } from '#protocol/phase';
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../shared/count.ts';
import { icon, type IconName } from '../shared/icon.ts';
import { isShown, needsAttention } from './attention.ts';
import { isUnderWay } from './settle.ts';
import { turnView } from './turnView.ts';
import type { Cycle, PhaseOfCycle, TaskModel } from './taskModel.ts';
import type { TaskActs, TaskFilter, TaskState } from './taskState.ts';
import { phaseWords } from './taskWords.ts';

const order: readonly Phase[] = ['reason', 'act', 'reflect', 'verify'];

/** Cycles with their phases, and below them agents and what they did. */
export function progressView(state: TaskState, acts: TaskActs): TemplateResult {
  const { model, filter, folded, summary } = state;
  const isOver = !isUnderWay(summary);
  return html`<section class="stack progress" aria-labelledby="progress-title">
    <div class="row apart">
      <h2 id="progress-title">Progress</h2>
      ${filterView(filter, acts)}
    </div>
    <p class="muted">${countsWords(model)}</p>
    ${
      model.preparation.length === 0
        ? nothing
        : html`<ul class="turns" aria-label="Preparation">
            ${model.preparation.map((turn) => html`<li>${turnView(turn, { filter, folded }, acts)}</li>`)}
          </ul>`
    }
    ${repeat(
      model.cycles,
      ({ number }) => number,
      (cycle, index) => {
        const isLast = index === model.cycles.length - 1;
        return guard([cycle, filter, folded, isLast, isOver], () => cycleView(cycle, isLast, isOver, state, acts));
      },
    )}
    ${
      model.cycles.length === 0 && !isOver
        ? html`<p class="with-icon muted">
            ${icon('running', 'busy')}<span>Loki prepares a worktree; the first agent starts in a moment.</span>
          </p>`
        : nothing
    }
  </section>`;
}

function cycleView(cycle: Cycle, isLast: boolean, isOver: boolean, state: TaskState, acts: TaskActs): TemplateResult {
  const title = `cycle-${cycle.number}`;
  return html`<section class="cycle" aria-labelledby=${title}>
    <h3 id=${title}>Cycle ${cycle.number} <span class="muted">of at most ${cycle.maxCycles}</span></h3>
    <ol class="stepper" aria-label="Phases of cycle ${cycle.number}">
      ${order.map((phase) => stepView(cycle, phase, isLast && !isOver, isOver && isLast && state.summary.state !== 'finished'))}
    </ol>
    ${repeat(
      cycle.phases,
      ({ key }) => key,
      (phase, index) => phaseView(phase, isLast && index === cycle.phases.length - 1, state, acts),
    )}
  </section>`;
}

function stepView(cycle: Cycle, phase: Phase, isWorking: boolean, isStopped: boolean): TemplateResult {
  const isReached = cycle.phases.some((reached) => reached.phase === phase);
  const isCurrent = cycle.phases.at(-1)?.phase === phase;
  const [name, tone, word]: readonly [IconName, string, string] =
    isCurrent && isWorking
      ? ['running', 'busy', 'under way']
      : isCurrent && isStopped
        ? ['paused', 'doubtful', 'stopped here']
        : isReached
          ? ['passed', 'good', 'done']
          : ['empty', 'calm', isWorking ? 'to come' : 'not reached'];
  return html`<li class="step ${isReached ? 'reached' : ''}" aria-current=${isCurrent && isWorking ? 'step' : nothing}>
    ${icon(name, tone)}
    <span
      ><strong>${phaseWords[phase].name}</strong> <span class="muted">${phaseWords[phase].about}, ${word}</span></span
    >
  </li>`;
}

function phaseView(
  { key, phase, turns }: PhaseOfCycle,
  isCurrent: boolean,
  { filter, folded }: TaskState,
  acts: TaskActs,
): TemplateResult | typeof nothing {
  const items = turns.flatMap((turn) => turn.items);
  const shown = filter === 'attention' ? items.filter((item) => isShown(item, filter)) : items;
  if (filter === 'attention' && shown.length === 0) return nothing;
  const troubles = items.filter(needsAttention).length;
  const isOpen = folded.get(key) ?? (isCurrent || troubles > 0 || filter === 'attention');
  return html`<details
    class="phase"
    data-phase=${key}
    ?open=${isOpen}
    @toggle=${({ currentTarget }: Event) => {
      // The browser also tells of what the drawing itself opened and closed.
      if (currentTarget instanceof HTMLDetailsElement && currentTarget.open !== isOpen)
        acts.fold(key, currentTarget.open);
    }}
  >
    <summary>
      <h4>${phaseWords[phase].name}</h4>
      <span class="muted"
        >${turns.map(({ agent }) => agent).join(', ') || phaseWords[phase].about} ·
        ${count(items.filter(({ kind }) => kind === 'action').length, 'action')}</span
      >
      ${troubles === 0 ? nothing : html`<span class="badge">${icon('warning', 'doubtful')} ${troubles} to look at</span>`}
    </summary>
    ${
      isOpen
        ? html`<ul class="turns" aria-label="Agents of this phase">
            ${repeat(
              turns,
              (turn) => turn.key,
              (turn) => html`<li>${guard([turn, filter, folded], () => turnView(turn, { filter, folded }, acts))}</li>`,
            )}
          </ul>`
        : nothing
    }
  </details>`;
}

function filterView(filter: TaskFilter, acts: TaskActs): TemplateResult {
  const button = (value: TaskFilter, label: string): TemplateResult =>
    html`<button
      type="button"
      class="choice"
      aria-pressed=${filter === value ? 'true' : 'false'}
      @click=${() => acts.show(value)}
    >
      ${label}
    </button>`;
  return html`<div class="choices" role="group" aria-label="Show">
    ${button('everything', 'Everything')} ${button('actions', 'Actions')} ${button('attention', 'To look at')}
  </div>`;
}

function countsWords({ counts }: TaskModel): string {
  const parts = [
    counts.refused > 0 ? `${counts.refused} refused by policy` : '',
    counts.denied > 0 ? `${counts.denied} denied by a person` : '',
    counts.expired > 0 ? `${counts.expired} expired` : '',
    counts.invalid > 0 ? `${counts.invalid} invalid` : '',
  ].filter((part) => part !== '');
  return `${count(counts.all, 'action')}${parts.length === 0 ? ', none refused' : `: ${parts.join(', ')}`}.`;
}
