import type { RunSummary } from '#protocol/task';
import type { Cycle, PhaseOfCycle, TaskModel, Turn, TurnItem } from './taskModel.ts';

/** Whether the run goes on by itself, or when a person has answered. */
export function isUnderWay({ state }: Pick<RunSummary, 'state'>): boolean {
  return state === 'working' || state === 'awaiting';
}

/**
 * The run as it stands by its summary: one whose process died told no end of what it was at, and nothing of it is under
 * way any more. What is settled already stays the same object.
 */
export function settle(model: TaskModel, summary: Pick<RunSummary, 'state'>): TaskModel {
  if (isUnderWay(summary)) return model;
  const preparation = each(model.preparation, settleTurn);
  const cycles = each(model.cycles, settleCycle);
  return preparation === model.preparation && cycles === model.cycles ? model : { ...model, preparation, cycles };
}

function settleCycle(cycle: Cycle): Cycle {
  const phases = each(cycle.phases, settlePhase);
  return phases === cycle.phases ? cycle : { ...cycle, phases };
}

function settlePhase(phase: PhaseOfCycle): PhaseOfCycle {
  const turns = each(phase.turns, settleTurn);
  return turns === phase.turns ? phase : { ...phase, turns };
}

function settleTurn(turn: Turn): Turn {
  const items = each(turn.items, settleItem);
  if (turn.state !== 'working' && items === turn.items) return turn;
  return { ...turn, items, state: turn.state === 'working' ? 'stopped' : turn.state };
}

function settleItem(item: TurnItem): TurnItem {
  const isOpen = item.kind === 'action' && (item.state === 'running' || item.state === 'awaiting');
  return isOpen ? { ...item, state: 'interrupted' } : item;
}

/** The same list when no part of it changes. */
function each<T>(list: readonly T[], change: (part: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.some((part, index) => part !== list[index]) ? changed : list;
}
