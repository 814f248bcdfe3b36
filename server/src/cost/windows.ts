import type { BudgetGroup, PeriodLimits } from './limits.ts';
import type { MicroUsd } from './money.ts';

/** How long money is counted together before a limit starts anew. */
export type BudgetWindow = 'task' | 'day' | 'month';

/** Those that have budgets of tokens. */
export type TokenWindow = Exclude<BudgetWindow, 'month'>;

export const budgetWindows: readonly BudgetWindow[] = ['task', 'day', 'month'];

/** The keys of the windows that a request counts in: its task, its day (`2026-03-01`) and its month (`2026-03`). */
export type WindowKeys = Readonly<Record<BudgetWindow, string>>;

/** What is counted as spent in one window. */
export interface SettledWindow {
  readonly window: BudgetWindow;
  readonly key: string;
  /** Null for all spending of the window. */
  readonly group: BudgetGroup | null;
  readonly spent: MicroUsd;
  readonly isAlerted: boolean;
}

/** The tokens of a window: those of settled requests, and the most that requests under way can take. */
export interface TokenState {
  readonly window: BudgetWindow;
  readonly spent: number;
  readonly reserved: number;
}

export function limitIn(limits: PeriodLimits, window: BudgetWindow): MicroUsd | null {
  return { task: limits.maxPerTask, day: limits.maxPerDay, month: limits.maxPerMonth }[window];
}
