import type { RunEventOf } from '#protocol/run';
import type { NumberedEvent } from '#protocol/task';
import { foldAction } from './foldAction.ts';
import { emptyTask, hostName, type Cycle, type TaskModel, type Turn } from './taskModel.ts';
import { openDraft, type Draft, type DraftCycle, type DraftTurn } from './taskDraft.ts';

export type Folded = { readonly kind: 'folded'; readonly model: TaskModel } | { readonly kind: 'gap' };

/** A whole run from a snapshot. It is all there is, so holes in its numbers are taken as they are. */
export function foldSnapshot(events: readonly NumberedEvent[]): TaskModel {
  const draft = openDraft(emptyTask);
  for (const numbered of events.toSorted((a, b) => a.number - b.number)) foldOne(draft, numbered);
  return draft.close();
}

/** The model with more events. Those it has already are skipped; a missing one is a gap, and then nothing is taken. */
export function foldEvents(model: TaskModel, events: readonly NumberedEvent[]): Folded {
  const unseen = events.filter(({ number }) => number > model.lastNumber).toSorted((a, b) => a.number - b.number);
  if (unseen.length === 0) return { kind: 'folded', model };
  if (unseen.some(({ number }, index) => number !== model.lastNumber + 1 + index)) return { kind: 'gap' };
  const draft = openDraft(model);
  for (const numbered of unseen) foldOne(draft, numbered);
  return { kind: 'folded', model: draft.close() };
}

function foldOne(draft: Draft, { number, at, event }: NumberedEvent): void {
  draft.task.lastNumber = number;
  switch (event.type) {
    case 'started':
      draft.task.started = event;
      draft.task.result = null;
      draft.task.isShort = false;
      return;
    case 'phase':
      return startPhase(draft, event);
    case 'agent':
      return foldAgent(draft, number, event);
    case 'said':
      turnOf(draft, number, event.agent).items.push({ kind: 'said', key: `said-${number}`, at, text: event.text });
      return;
    case 'notice': {
      const { level, message, budget } = event;
      if (budget?.state === 'limit') draft.task.isShort = budget.raiseTo !== undefined;
      turnOf(draft, number, hostName).items.push({ kind: 'notice', key: `notice-${number}`, at, level, message });
      return;
    }
    case 'action':
      return foldAction(draft, turnOf(draft, number, event.agent), at, event);
    case 'approval':
    case 'answer':
      return foldApproval(draft, number, event);
    case 'finding':
      cycleOf(draft, event.cycle).findings.push(event.finding);
      return;
    case 'gate': {
      const { gates } = cycleOf(draft, event.cycle);
      const before = gates.findIndex(({ id }) => id === event.gate.id);
      if (before === -1) gates.push(event.gate);
      else gates[before] = event.gate;
      return;
    }
    case 'cost':
      draft.task.cost = event;
      return;
    case 'result':
      endTurns(draft, event.status === 'finished' ? 'finished' : 'stopped');
      draft.task.result = event;
      return;
    default:
      event satisfies never;
  }
}

function startPhase(draft: Draft, { cycle: number, maxCycles, phase }: RunEventOf<'phase'>): void {
  endTurns(draft, 'finished');
  draft.task.result = null;
  const cycle = cycleOf(draft, number);
  cycle.maxCycles = maxCycles;
  const last = cycle.phases.at(-1);
  // A run that goes on after a pause enters the phase it stopped in once more.
  if (last?.phase === phase) return;
  const again = cycle.phases.filter((other) => other.phase === phase).length;
  cycle.phases.push({ key: `${number}-${phase}${again === 0 ? '' : `-${again + 1}`}`, phase, turns: [] });
}

function foldAgent(draft: Draft, number: number, event: RunEventOf<'agent'>): void {
  if (event.state === 'started') {
    turnsNow(draft).push(newTurn(number, event.agent, event.swarm));
    return;
  }
  const turn = turnOf(draft, number, event.agent);
  turn.swarm = event.swarm;
  turn.state = event.state;
  turn.summary = event.summary;
}

function foldApproval(draft: Draft, number: number, event: RunEventOf<'approval'> | RunEventOf<'answer'>): void {
  if (event.type === 'approval') {
    const turn = turnOf(draft, number, event.request.agent);
    const asking = turn.items.findLast((item) => item.kind === 'action' && item.state === 'awaiting');
    const about = event.request.actionId ?? asking?.key;
    if (about !== undefined) draft.task.asked.set(event.request.approvalId, about);
    return;
  }
  // What a grant answers was never asked.
  const key = event.actionId ?? draft.task.asked.get(event.approvalId);
  if (key === undefined) return;
  for (const [index, turn] of turnsNow(draft).entries()) {
    const place = turn.items.findLastIndex((item) => item.key === key);
    const item = turn.items[place];
    if (item?.kind !== 'action') continue;
    draft.ownTurn(turnsNow(draft), index).items[place] = { ...item, answer: event.answer };
  }
}

/** The turns of the phase that is under way; before the first phase, those of the preparation. */
function turnsNow(draft: Draft): Turn[] {
  const cycle = draft.task.cycles.at(-1);
  if (cycle === undefined) return draft.task.preparation;
  const own = draft.ownCycle(draft.task.cycles.length - 1);
  return own.phases.length === 0 ? draft.task.preparation : draft.ownPhase(own, own.phases.length - 1).turns;
}

/** The agent's turn that is under way, or a new one: what an agent does is never lost because its start was not told. */
function turnOf(draft: Draft, number: number, agent: string): DraftTurn {
  const turns = turnsNow(draft);
  const index = turns.findLastIndex((turn) => turn.agent === agent);
  if (index !== -1) return draft.ownTurn(turns, index);
  turns.push(newTurn(number, agent, null));
  return draft.ownTurn(turns, turns.length - 1);
}

function newTurn(number: number, agent: string, swarm: string | null): Turn {
  return { key: `turn-${number}`, agent, swarm, state: 'working', summary: null, items: [] };
}

/** What is still working when a phase is over has ended without saying so. */
function endTurns(draft: Draft, state: 'finished' | 'stopped'): void {
  const turns = turnsNow(draft);
  for (const [index, turn] of turns.entries()) {
    if (turn.state === 'working') draft.ownTurn(turns, index).state = state;
  }
}

function cycleOf(draft: Draft, number: number): DraftCycle {
  const { cycles } = draft.task;
  const index = cycles.findLastIndex((cycle) => cycle.number === number);
  if (index !== -1) return draft.ownCycle(index);
  const cycle: Cycle = { number, maxCycles: Math.max(number, 1), phases: [], gates: [], findings: [] };
  cycles.push(cycle);
  return draft.ownCycle(cycles.length - 1);
}
