import { noPeriodLimits, type CostLimits, type PeriodLimits } from './limits.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { limitIn, type BudgetWindow, type SettledWindow, type TokenState, type TokenWindow } from './windows.ts';

/** A window that has a limit. */
export interface LimitedWindow extends SettledWindow {
  readonly limit: MicroUsd;
}

/** A window that has a limit, as it stands when a request asks for money. */
export interface OpenWindow extends LimitedWindow {
  /** What other requests hold in it. */
  readonly reserved: MicroUsd;
  /** What may still be reserved; 0 after an overrun. */
  readonly available: MicroUsd;
}

export function openWindow(state: LimitedWindow, reserved: MicroUsd): OpenWindow {
  return { ...state, reserved, available: microUsd(Math.max(0, state.limit - state.spent - reserved)) };
}

/**
 * The limit of a window: the configured one, or what a person raised it to, which never passes the ceiling. Nothing is
 * raised that is not limited, and lowering the configuration below a raise that was granted is left to a new window.
 */
export function effectiveLimit(
  limits: PeriodLimits & { readonly ceilings?: PeriodLimits },
  window: BudgetWindow,
  raisedTo: MicroUsd | null,
): MicroUsd | null {
  const limit = limitIn(limits, window);
  if (limit === null || raisedTo === null) return limit;
  const ceiling = limitIn(limits.ceilings ?? noPeriodLimits, window) ?? raisedTo;
  return microUsd(Math.max(limit, Math.min(raisedTo, ceiling)));
}

/** The same for a budget of tokens. */
export function effectiveTokens(limits: CostLimits, window: TokenWindow, raisedTo: number | null): number | null {
  const [limit, ceiling] =
    window === 'task'
      ? [limits.maxTokensPerTask, limits.ceilings.maxTokensPerTask]
      : [limits.maxTokensPerDay, limits.ceilings.maxTokensPerDay];
  if (limit === null || raisedTo === null) return limit;
  return Math.max(limit, Math.min(raisedTo, ceiling ?? raisedTo));
}

/** The window with the least left, the narrower one of equals; null where nothing is limited. */
export function tightestWindow(windows: readonly OpenWindow[]): OpenWindow | null {
  return windows.reduce<OpenWindow | null>(
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
export function isAlertDue(
  state: Pick<LimitedWindow, 'spent' | 'isAlerted' | 'limit'>,
  alertThreshold: number,
): boolean {
  if (state.isAlerted) return false;
  const share = alertThreshold >= 0 && alertThreshold <= 1 ? alertThreshold : 1;
  return state.spent >= Math.round(state.limit * share);
}
