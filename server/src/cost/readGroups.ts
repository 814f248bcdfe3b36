import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../storage/sqlite.ts';
import { effectiveLimit } from './budget.ts';
import { actualGroup } from './groupMember.ts';
import { groupTable } from './groupTable.ts';
import { withUsableLedger } from './ledgerFile.ts';
import type { BudgetGroup, GroupLimits } from './limits.ts';
import type { MicroUsd } from './money.ts';
import { raiseTable } from './raiseTable.ts';
import { budgetWindows, type BudgetWindow, type WindowKeys } from './windows.ts';

export interface GroupSpending {
  readonly group: BudgetGroup;
  readonly window: BudgetWindow;
  readonly spent: MicroUsd;
  readonly limit: MicroUsd;
}

/** What was spent under the limits of named groups. Reads only; those for each (`*`) are no single sum and left out. */
export function readGroups(
  lokiHome: string,
  keys: WindowKeys,
  isSimulated: boolean,
  limits: readonly GroupLimits[],
): readonly GroupSpending[] {
  const named = limits.filter(({ group }) => group.name !== '*');
  if (named.length === 0) return [];
  const file = lokiDatabase(lokiHome);
  const database = openDatabaseForReading(file, lokiMigrations, ledgerVersion);
  if (database === null) return [];
  try {
    return withUsableLedger(file, () => {
      const groups = groupTable(database);
      const raises = raiseTable(database);
      return named.flatMap((limited) =>
        budgetWindows.flatMap((window) => {
          const { group } = limited;
          const actual = actualGroup(group);
          const limit = effectiveLimit(limited, window, raises.money(window, keys[window], actual));
          if (limit === null) return [];
          return [{ group, window, limit, spent: groups.read(window, keys[window], isSimulated, actual).spent }];
        }),
      );
    });
  } finally {
    database.close();
  }
}
