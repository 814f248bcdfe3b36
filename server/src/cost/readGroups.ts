import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../storage/sqlite.ts';
import { groupTable } from './groupTable.ts';
import { withUsableLedger } from './ledgerFile.ts';
import type { BudgetGroup, GroupLimits } from './limits.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { projectPath } from './projectPath.ts';
import { budgetWindows, limitIn, type BudgetWindow, type WindowKeys } from './windows.ts';

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
      return named.flatMap((limited) =>
        budgetWindows.flatMap((window) => {
          const limit = limitIn(limited, window);
          if (limit === null) return [];
          const { group } = limited;
          const sums = recordedNames(group).map(
            (name) => groups.read(window, keys[window], isSimulated, { ...group, name }).spent,
          );
          return [{ group, window, limit, spent: microUsd(sums.reduce((sum, spent) => sum + spent, 0)) }];
        }),
      );
    });
  } finally {
    database.close();
  }
}

/** What those are called in the ledger that a limit means by this name (`budgetsOf`). */
function recordedNames({ kind, name }: BudgetGroup): readonly string[] {
  switch (kind) {
    case 'user':
      return [name, `os:${name}`];
    case 'project':
      return [projectPath(name)];
    default:
      return [name];
  }
}
