import type { BudgetShown, Meter } from '#protocol/cost';
import { limitText } from '#protocol/limitText';
import type { Run } from './runs/runs.ts';
import { limitUsd } from './words.ts';

// The limits that a person may want to raise, as the editor offers them. Whether one may be, the sidecar decides. Pure.

type Window = BudgetShown['window'];

export interface RaisableLimit extends Pick<BudgetShown, 'window' | 'group' | 'unit' | 'limit'> {
  readonly spent: number;
  /** What would let the task go on, where that is known. */
  readonly raiseTo: number | null;
}

const windows: Readonly<Record<Window, string>> = { task: 'the latest task', day: 'today', month: 'this month' };

/** `today`, `agent architect in the latest task`, `tokens of today`. */
export function limitWords({ window, group, unit }: Pick<RaisableLimit, 'window' | 'group' | 'unit'>): string {
  if (unit === 'tokens') return `tokens of ${windows[window]}`;
  return group === null ? windows[window] : `${group} in ${windows[window]}`;
}

export function amountWords({ unit }: Pick<RaisableLimit, 'unit'>, amount: number): string {
  return unit === 'usd' ? limitUsd(amount) : `${amount} tokens`;
}

/** The limit that has stopped a run, where it is stopped by one that a person may raise. */
export function stoppedBy(run: Run): RaisableLimit | null {
  const budget = stoppingBudget(run);
  return budget === null ? null : raisable(budget);
}

/** What was told of the limit that has stopped a run; null where none has. */
export function stoppingBudget({ summary, events }: Run): BudgetShown | null {
  if (summary.state !== 'paused') return null;
  const last = events.findLast(({ event }) => event.type === 'notice' && event.budget?.state === 'limit')?.event;
  return last?.type === 'notice' ? (last.budget ?? null) : null;
}

/** Null for a mere alert, and where no person may raise it. */
export function raisable({ state, window, group, unit, limit, spent, raiseTo }: BudgetShown): RaisableLimit | null {
  return state === 'limit' && raiseTo !== undefined ? { window, group, unit, limit, spent, raiseTo } : null;
}

/** The limit of all money in a window; null where none is set. */
export function limitIn(meter: Meter, window: Window): RaisableLimit | null {
  const state = meter[window];
  if (state === null || state.limitUsd === null) return null;
  return { window, group: null, unit: 'usd', limit: state.limitUsd, spent: state.spentUsd, raiseTo: null };
}

/** Why what was written is no new limit; empty where it is one. */
export function refusalOf({ unit, limit, raiseTo }: RaisableLimit, text: string): string {
  const isNumber = unit === 'usd' ? /^\s*\d{1,9}(\.\d+)?\s*$/.test(text) : /^\s*\d{1,15}\s*$/.test(text);
  if (isNumber && Number(text) > limit) return '';
  const example = raiseTo ?? limit * 2;
  return unit === 'usd'
    ? `An amount above ${limit}, such as ${limitText(example)}`
    : `A number above ${limit}, such as ${example}`;
}
