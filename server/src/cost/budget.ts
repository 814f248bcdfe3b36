import type { BudgetAlert } from './ledger.ts';
import type { BudgetGroup, CostLimits } from './limits.ts';
import { limitWords, microUsd, toUsd, type MicroUsd } from './money.ts';
import { limitIn, type BudgetWindow, type TokenState, type WindowState } from './windows.ts';

export interface LimitedWindow extends WindowState {
  readonly limit: MicroUsd;
  /** What may still be reserved; 0 after an overrun. */
  readonly available: MicroUsd;
}

/** Windows with the limits that are set for them, with what is left in each. */
export function limitedWindows(
  windows: readonly (readonly [WindowState, MicroUsd | null])[],
): readonly LimitedWindow[] {
  return windows.flatMap(([state, limit]) => {
    if (limit === null) return [];
    return [{ ...state, limit, available: microUsd(Math.max(0, limit - state.spent - state.reserved)) }];
  });
}

/**
 * The limit of a window: the configured one, or what a person raised it to, which never passes the ceiling. Nothing is
 * raised that is not limited, and lowering the configuration below a raise that was granted is left to a new window.
 */
export function effectiveLimit(limits: CostLimits, window: BudgetWindow, raisedTo: MicroUsd | null): MicroUsd | null {
  const limit = limitIn(limits, window);
  if (limit === null || raisedTo === null) return limit;
  const ceiling = limitIn(limits.ceilings, window) ?? raisedTo;
  return microUsd(Math.max(limit, Math.min(raisedTo, ceiling)));
}

/** The window with the least left, the narrower one of equals; null where nothing is limited. */
export function tightestWindow(windows: readonly LimitedWindow[]): LimitedWindow | null {
  return windows.reduce<LimitedWindow | null>(
    (tightest, state) => (tightest === null || state.available < tightest.available ? state : tightest),
    null,
  );
}

export interface LimitedTokens extends TokenState {
  readonly limit: number;
  readonly available: number;
}

/** The token budget with the least left; null where none is set. */
export function tightestTokens(windows: readonly (readonly [TokenState, number | null])[]): LimitedTokens | null {
  return windows.reduce<LimitedTokens | null>((tightest, [state, limit]) => {
    if (limit === null) return tightest;
    const available = Math.max(0, limit - state.spent - state.reserved);
    return tightest === null || available < tightest.available ? { ...state, limit, available } : tightest;
  }, null);
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
  return `${share} % of the ${kind} for ${window}${ofGroup(alert.group)} is spent: $${toUsd(alert.spent).toFixed(4)} of ${limitWords(alert.limit)}`;
}

/** ` (agent security_auditor)`; nothing for all spending together. */
export function ofGroup(group: BudgetGroup | null): string {
  return group === null ? '' : ` (${group.kind} ${group.name})`;
}
