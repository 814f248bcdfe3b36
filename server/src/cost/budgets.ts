import { effectiveLimit, isAlertDue, openWindow, type LimitedWindow, type OpenWindow } from './budget.ts';
import { nameIn, type GroupTable } from './groupTable.ts';
import type { Spender } from './heldRequest.ts';
import type { HeldSum, HoldTable } from './holdTable.ts';
import type { BudgetAlert } from './ledger.ts';
import type { BudgetGroup, GroupLimits } from './limits.ts';
import { projectPath } from './projectPath.ts';
import type { CountedWindows, WindowTable } from './windowTable.ts';
import { budgetWindows, limitIn, type BudgetWindow } from './windows.ts';

interface BudgetTables {
  readonly windows: WindowTable;
  readonly groups: GroupTable;
  readonly holds: HoldTable;
}

/** What limits a request in all of its windows and groups, inside the transaction that will use it. */
export function budgetsOf(tables: BudgetTables) {
  const projects = new Map<string, string>();

  return {
    limited(windows: CountedWindows, spender: Spender): readonly LimitedWindow[] {
      const { limits } = spender;
      const ofAll = budgetWindows.flatMap((window) => {
        const state = windows[window];
        const limit = effectiveLimit(limits, window, state.raisedTo);
        return limit === null ? [] : [{ ...state, limit }];
      });
      return [...ofAll, ...limits.groups.flatMap((limited) => inGroup(windows, spender, limited))];
    },
    /** The same with what is held in each; `held` is the sum for all spending of a window. */
    open(
      states: readonly LimitedWindow[],
      held: Readonly<Record<BudgetWindow, HeldSum>>,
      { isSimulated }: Spender,
    ): readonly OpenWindow[] {
      return states.map((state) => {
        const { window, key, group } = state;
        const reserved = group === null ? held[window].amount : tables.holds.inGroup(window, key, isSimulated, group);
        return openWindow(state, reserved);
      });
    },
    /** The alerts that are due, marked as told in the same transaction. */
    takeAlerts(states: readonly LimitedWindow[], spender: Spender, at: Date): readonly BudgetAlert[] {
      const { isSimulated, limits } = spender;
      const due = states.filter((state) => isAlertDue(state, limits.alertThreshold));
      for (const { window, key, group } of due) {
        if (group === null) tables.windows.markAlerted(window, key, isSimulated, at);
        else tables.groups.markAlerted(window, key, isSimulated, group, at);
      }
      return due.map(({ window, key, group, limit, spent }) => ({ window, key, group, isSimulated, limit, spent }));
    },
  };

  function inGroup(
    windows: CountedWindows,
    { isSimulated, membership }: Spender,
    limited: GroupLimits,
  ): readonly LimitedWindow[] {
    const name = nameIn(limited.group.kind, membership);
    if (!isMember(limited.group, name)) return [];
    const group = { kind: limited.group.kind, name };
    return budgetWindows.flatMap((window) => {
      const limit = limitIn(limited, window);
      if (limit === null) return [];
      return [{ ...tables.groups.read(window, windows[window].key, isSimulated, group), limit }];
    });
  }

  function isMember({ kind, name }: BudgetGroup, actual: string): boolean {
    // Who pays nobody in particular is no organisation.
    if (name === '*') return actual !== '';
    switch (kind) {
      case 'project': {
        const known = projects.get(name) ?? projectPath(name);
        projects.set(name, known);
        return known === actual;
      }
      case 'user':
        return actual === name || actual === `os:${name}`;
      default:
        return actual === name;
    }
  }
}

export type Budgets = ReturnType<typeof budgetsOf>;
