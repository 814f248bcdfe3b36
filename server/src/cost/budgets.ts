import {
  effectiveLimit,
  effectiveTokens,
  isAlertDue,
  openWindow,
  type LimitedWindow,
  type OpenWindow,
} from './budget.ts';
import { isInGroup } from './groupMember.ts';
import { nameIn, type GroupTable } from './groupTable.ts';
import type { Spender } from './heldRequest.ts';
import type { HeldSum, HoldTable } from './holdTable.ts';
import type { BudgetAlert } from './ledger.ts';
import type { BudgetGroup, CostLimits, GroupLimits } from './limits.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { projectPath } from './projectPath.ts';
import type { RaiseTable } from './raiseTable.ts';
import type { CountedWindows, WindowTable } from './windowTable.ts';
import { budgetWindows, limitIn, type BudgetWindow, type TokenWindow } from './windows.ts';

interface BudgetTables {
  readonly windows: WindowTable;
  readonly groups: GroupTable;
  readonly holds: HoldTable;
  readonly raises: RaiseTable;
}

/** What limits a request in all of its windows and groups, inside the transaction that will use it. */
export function budgetsOf(tables: BudgetTables) {
  const projects = new Map<string, string>();

  return {
    limited(windows: CountedWindows, spender: Spender): readonly LimitedWindow[] {
      const { limits } = spender;
      const { task, day, month } = windows;
      const isLimited = budgetWindows.some((window) => limitIn(limits, window) !== null);
      const raisedTo = isLimited ? tables.raises.inWindows({ task: task.key, day: day.key, month: month.key }) : {};
      const ofAll = budgetWindows.flatMap((window) => {
        const limit = effectiveLimit(limits, window, raisedTo[window] ?? null);
        return limit === null ? [] : [{ ...windows[window], limit }];
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
    /** What all spending of a window may come to; null where no limit is set. */
    limit(limits: CostLimits, window: BudgetWindow, key: string): MicroUsd | null {
      return raisedLimit(limits, window, key, null);
    },
    /** What a group may spend in a window: the strictest of all limits that it falls under; null where none is set. */
    groupLimit({ groups }: CostLimits, window: BudgetWindow, key: string, group: BudgetGroup): MicroUsd | null {
      const limits = groups
        .filter((limited) => limited.group.kind === group.kind && isMember(limited.group, group.name))
        .flatMap((limited) => raisedLimit(limited, window, key, group) ?? []);
      return limits.length === 0 ? null : microUsd(Math.min(...limits));
    },
    tokenLimit(limits: CostLimits, window: TokenWindow, key: string): number | null {
      const isLimited = effectiveTokens(limits, window, null) !== null;
      return isLimited ? effectiveTokens(limits, window, tables.raises.tokens(window, key)) : null;
    },
    /** Whether an alert can be due. A raise only moves it further away, so what people raised need not be looked up yet. */
    mayAlert(windows: CountedWindows, { limits }: Spender): boolean {
      if (limits.groups.length > 0) return true;
      return budgetWindows.some((window) => {
        const limit = limitIn(limits, window);
        const { spent, isAlerted } = windows[window];
        return limit !== null && isAlertDue({ spent, isAlerted, limit }, limits.alertThreshold);
      });
    },
    /** The alerts that are due, marked as told in the same transaction. */
    takeAlerts(states: readonly LimitedWindow[], spender: Spender, at: Date): readonly BudgetAlert[] {
      const { isSimulated, limits } = spender;
      const due = strictestOfEach(states.filter((state) => isAlertDue(state, limits.alertThreshold)));
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
      const { key } = windows[window];
      const limit = raisedLimit(limited, window, key, group);
      return limit === null ? [] : [{ ...tables.groups.read(window, key, isSimulated, group), limit }];
    });
  }

  function isMember(group: BudgetGroup, actual: string): boolean {
    return isInGroup(group, actual, (folder) => {
      const known = projects.get(folder) ?? projectPath(folder);
      projects.set(folder, known);
      return known;
    });
  }

  /** Most windows have no limit: then nobody need be asked what it was raised to. */
  function raisedLimit(
    limits: CostLimits | GroupLimits,
    window: BudgetWindow,
    key: string,
    group: BudgetGroup | null,
  ): MicroUsd | null {
    if (limitIn(limits, window) === null) return null;
    return effectiveLimit(limits, window, tables.raises.money(window, key, group));
  }
}

/** One for each window and group: several limits may cover the same one, and people are told once. */
function strictestOfEach(states: readonly LimitedWindow[]): readonly LimitedWindow[] {
  const isSame = (a: LimitedWindow, b: LimitedWindow): boolean =>
    a.window === b.window && a.group?.kind === b.group?.kind && a.group?.name === b.group?.name;
  const byLimit = states.toSorted((a, b) => a.limit - b.limit);
  return states.filter((state) => byLimit.find((other) => isSame(other, state)) === state);
}

export type Budgets = ReturnType<typeof budgetsOf>;
