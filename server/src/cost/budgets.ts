import { effectiveLimit, isAlertDue, limitedWindows, type LimitedWindow } from './budget.ts';
import { nameIn, type GroupTable, type Membership } from './groupTable.ts';
import type { BudgetAlert } from './ledger.ts';
import type { BudgetGroup, CostLimits, GroupLimits } from './limits.ts';
import type { MicroUsd } from './money.ts';
import { projectPath } from './projectPath.ts';
import type { RequestWindows, WindowTable } from './windowTable.ts';
import { budgetWindows, limitIn, type WindowState } from './windows.ts';

/** What limits a request beside its windows: whose money it is, and what it belongs to. */
export interface Spender {
  readonly isSimulated: boolean;
  readonly membership: Membership;
  readonly limits: CostLimits;
}

/** Says what is left for a request in all of its windows and groups, inside the transaction that will use it. */
export function budgetsOf(tables: { readonly windows: WindowTable; readonly groups: GroupTable }) {
  const projects = new Map<string, string>();

  return {
    limited(windows: RequestWindows, spender: Spender): readonly LimitedWindow[] {
      const { limits } = spender;
      const ofAll = budgetWindows.map((window): readonly [WindowState, MicroUsd | null] => {
        const state = windows[window];
        return [state, effectiveLimit(limits, window, state.raisedTo)];
      });
      return limitedWindows([...ofAll, ...limits.groups.flatMap((limited) => inGroup(windows, spender, limited))]);
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
    windows: RequestWindows,
    { isSimulated, membership }: Spender,
    limited: GroupLimits,
  ): readonly (readonly [WindowState, MicroUsd | null])[] {
    const name = nameIn(limited.group.kind, membership);
    if (!isMember(limited.group, name)) return [];
    const group = { kind: limited.group.kind, name };
    return budgetWindows.flatMap((window) => {
      const limit = limitIn(limited, window);
      return limit === null ? [] : [[tables.groups.read(window, windows[window].key, isSimulated, group), limit]];
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
