import type { Clock } from '../base/clock.ts';
import { lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../storage/sqlite.ts';
import type { MeasuredSpending, Spending } from './ledger.ts';
import { withUsableLedger } from './ledgerFile.ts';
import { ledgerTables } from './ledgerTables.ts';
import { microUsd } from './money.ts';
import { calendarKeys } from './windowKey.ts';

/** What stands in the ledger right now, for a meter. */
export interface SpendingNow {
  readonly task: MeasuredSpending | null;
  readonly day: Spending;
  readonly month: Spending;
}

export interface SpendingQuery {
  readonly taskId: string | null;
  readonly isSimulated: boolean;
}

/** Reads the ledger without creating or changing it; where there is none yet, nothing was spent. */
export function readSpending(lokiHome: string, { taskId, isSimulated }: SpendingQuery, clock: Clock): SpendingNow {
  const file = lokiDatabase(lokiHome);
  const database = openDatabaseForReading(file, lokiMigrations, 1);
  if (database === null) return nothing;
  try {
    return withUsableLedger(file, () => {
      const tables = ledgerTables(database);
      const keys = calendarKeys(clock.now(), tables.lastDay());
      const windowOf = (window: 'day' | 'month'): Spending => {
        const { spent, reserved } = tables.window(window, keys[window], isSimulated);
        return { spent, reserved };
      };
      return {
        task: taskId === null ? null : tables.spending('task', taskId, isSimulated),
        day: windowOf('day'),
        month: windowOf('month'),
      };
    });
  } finally {
    database.close();
  }
}

const none: Spending = { spent: microUsd(0), reserved: microUsd(0) };
const nothing: SpendingNow = { task: null, day: none, month: none };
