import * as z from 'zod';
import type { Database } from '../storage/sqlite.ts';
import type { BudgetUnit } from './budgetUnit.ts';
import type { BudgetGroup } from './limits.ts';
import type { BudgetWindow } from './windows.ts';

const row = z.object({ raised_to: z.int().positive() });

/**
 * What people have raised the limits of groups and of tokens to, in one window each; those of all money are in
 * `windowTable`. They hold for real and for simulated money, which are counted apart under the same limits.
 */
export function raiseTable(database: Database) {
  const find = database.prepare(
    `SELECT raised_to FROM cost_raises WHERE kind = ? AND key = ? AND unit = ? AND group_kind = ? AND group_name = ?`,
  );
  const put = database.prepare(
    `INSERT OR REPLACE INTO cost_raises (kind, key, unit, group_kind, group_name, raised_to, raised_by, raised_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    /** Micro-dollars or tokens; null where nobody has raised it. */
    find(unit: BudgetUnit, window: BudgetWindow, key: string, group: BudgetGroup | null): number | null {
      const found = find.get(window, key, unit, group?.kind ?? '', group?.name ?? '');
      return found === undefined ? null : row.parse(found).raised_to;
    },
    put(
      unit: BudgetUnit,
      {
        window,
        key,
        group,
        to,
        person,
        at,
      }: {
        readonly window: BudgetWindow;
        readonly key: string;
        readonly group: BudgetGroup | null;
        readonly to: number;
        readonly person: string;
        readonly at: Date;
      },
    ): void {
      put.run(window, key, unit, group?.kind ?? '', group?.name ?? '', to, person, at.toISOString());
    },
  };
}

export type RaiseTable = ReturnType<typeof raiseTable>;
