import * as z from 'zod';
import type { Database } from '../storage/sqlite.ts';
import type { BudgetUnit } from './budgetUnit.ts';
import type { BudgetGroup } from './limits.ts';
import { microUsd, type MicroUsd } from './money.ts';
import type { BudgetWindow, TokenWindow, WindowKeys } from './windows.ts';

/** What one limit was raised to. */
export interface NewRaise {
  readonly window: BudgetWindow;
  readonly key: string;
  readonly unit: BudgetUnit;
  /** Null where it is that of all spending. */
  readonly group: BudgetGroup | null;
  /** Micro-dollars or tokens. */
  readonly to: number;
  readonly person: string;
  readonly at: Date;
}

const row = z.object({ raised_to: z.int().positive() });
const windowRow = row.extend({ kind: z.enum(['task', 'day', 'month']) });

/**
 * What people have raised limits to, in one window each. It holds for real and for simulated money, which are counted
 * apart under the same limits.
 */
export function raiseTable(database: Database) {
  const find = database.prepare(
    `SELECT raised_to FROM cost_raises WHERE kind = ? AND key = ? AND unit = ? AND group_kind = ? AND group_name = ?`,
  );
  const ofAll = (kind: BudgetWindow, key: string): string =>
    `SELECT kind, raised_to FROM cost_raises
     WHERE kind = '${kind}' AND key = ${key} AND unit = 'usd' AND group_kind = '' AND group_name = ''`;
  const findOfAll = database.prepare(
    [ofAll('task', '?1'), ofAll('day', '?2'), ofAll('month', '?3')].join(' UNION ALL '),
  );
  const put = database.prepare(
    `INSERT INTO cost_raises (kind, key, unit, group_kind, group_name, raised_to, raised_by, raised_at)
     VALUES (?, ?, ?, ?, ?, ?6, ?7, ?8)
     ON CONFLICT DO UPDATE SET raised_to = ?6, raised_by = ?7, raised_at = ?8 WHERE raised_to < ?6`,
  );
  const raisedTo = (unit: BudgetUnit, window: BudgetWindow, key: string, group: BudgetGroup | null): number | null => {
    const found = find.get(window, key, unit, group?.kind ?? '', group?.name ?? '');
    return found === undefined ? null : row.parse(found).raised_to;
  };
  return {
    /** Of all spending in the windows of a request, as far as somebody has raised it. */
    inWindows({ task, day, month }: WindowKeys): Readonly<Partial<Record<BudgetWindow, MicroUsd>>> {
      const found = findOfAll.all(task, day, month).map((one) => windowRow.parse(one));
      return Object.fromEntries(found.map(({ kind, raised_to }) => [kind, microUsd(raised_to)]));
    },
    /** Null where nobody has raised it. */
    money(window: BudgetWindow, key: string, group: BudgetGroup | null): MicroUsd | null {
      const to = raisedTo('usd', window, key, group);
      return to === null ? null : microUsd(to);
    },
    tokens(window: TokenWindow, key: string): number | null {
      return raisedTo('tokens', window, key, null);
    },
    /** Of two raises, which may be decided at the same time, the higher one holds. */
    put({ window, key, unit, group, to, person, at }: NewRaise): void {
      put.run(window, key, unit, group?.kind ?? '', group?.name ?? '', to, person, at.toISOString());
    },
  };
}

export type RaiseTable = ReturnType<typeof raiseTable>;
