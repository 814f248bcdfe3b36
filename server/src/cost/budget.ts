import type { BudgetAlert, BudgetWindow } from './ledger.ts';
import type { CostLimits } from './limits.ts';
import { microUsd, toUsd, type MicroUsd } from './money.ts';

/** One window as it stands when a request asks for money. */
export interface WindowState {
  readonly window: BudgetWindow;
  readonly key: string;
  readonly spent: MicroUsd;
  readonly reserved: MicroUsd;
  readonly isAlerted: boolean;
}

export interface LimitedWindow extends WindowState {
  readonly limit: MicroUsd;
  /** What may still be reserved; 0 after an overrun. */
  readonly available: MicroUsd;
}

/** The windows that have a limit, with what is left in each. */
export function limitedWindows(windows: readonly WindowState[], limits: CostLimits): readonly LimitedWindow[] {
  const limitOf = { task: limits.maxPerTask, day: limits.maxPerDay, month: limits.maxPerMonth };
  return windows.flatMap((state) => {
    const limit = limitOf[state.window];
    if (limit === null) return [];
    return [{ ...state, limit, available: microUsd(Math.max(0, limit - state.spent - state.reserved)) }];
  });
}

/** The window with the least left, the narrower one of equals; null where nothing is limited. */
export function tightestWindow(windows: readonly LimitedWindow[]): LimitedWindow | null {
  return windows.toSorted((a, b) => a.available - b.available)[0] ?? null;
}

/** Whether the share of the limit at which people are warned is spent and nobody was told yet. */
export function isAlertDue(state: LimitedWindow, alertThreshold: number): boolean {
  if (state.isAlerted) return false;
  const share = alertThreshold >= 0 && alertThreshold <= 1 ? alertThreshold : 1;
  const parts = 1_000_000n;
  return BigInt(state.spent) * parts >= BigInt(state.limit) * BigInt(Math.round(share * Number(parts)));
}

/** An alert in words for people. */
export function describeAlert(alert: BudgetAlert): string {
  const share = alert.limit === 0 ? 100 : Math.floor((alert.spent / alert.limit) * 100);
  const kind = alert.isSimulated ? 'simulated money' : 'money';
  const window = alert.window === 'task' ? 'this task' : `the ${alert.window} ${alert.key}`;
  return `${share} % of the ${kind} for ${window} is spent: $${toUsd(alert.spent).toFixed(4)} of $${toUsd(alert.limit).toFixed(2)}`;
}
