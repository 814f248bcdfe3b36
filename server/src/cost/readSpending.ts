import type { Clock } from '../base/clock.ts';
import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../storage/sqlite.ts';
import { withUsableLedger } from './ledgerFile.ts';
import { readRates, readTopAgents, type AgentSpending, type Rates } from './recentSpending.ts';
import { calendarKeys, calendarOf } from './windowKey.ts';
import { emptyWindows, windowTable, type FullWindow } from './windowTable.ts';

/** What stands in the ledger right now, for a meter. */
export interface SpendingNow {
  readonly task: FullWindow | null;
  readonly day: FullWindow;
  readonly month: FullWindow;
  /** Dollars a minute. */
  readonly rates: Rates;
  /** Of the task; of today where no task is asked for. */
  readonly agents: readonly AgentSpending[];
}

export interface SpendingQuery {
  readonly taskId: string | null;
  readonly isSimulated: boolean;
  /** Whose calendar days follow: an IANA name, null for the machine's. */
  readonly timeZone: string | null;
}

/** Reads the ledger without creating or changing it; where there is none yet, nothing was spent. */
export function readSpending(lokiHome: string, query: SpendingQuery, clock: Clock): SpendingNow {
  const { taskId, isSimulated } = query;
  const calendar = calendarOf(query.timeZone);
  const keysAt = (lastDay: string | null) => ({
    task: taskId ?? '',
    ...calendarKeys(clock.now(), lastDay, calendar),
  });
  const file = lokiDatabase(lokiHome);
  const database = openDatabaseForReading(file, lokiMigrations, ledgerVersion);
  if (database === null) {
    return { ...emptyWindows(keysAt(null)), task: null, rates: { task: 0, all: 0 }, agents: [] };
  }
  try {
    return withUsableLedger(file, () => {
      const windows = windowTable(database);
      const keys = keysAt(windows.lastDay());
      const now = windows.read(keys, isSimulated);
      const whose = taskId === null ? 'day' : 'task';
      return {
        ...now,
        task: taskId === null ? null : now.task,
        rates: readRates(database, keys.task, isSimulated, clock.now()),
        agents: readTopAgents(database, whose, keys[whose], isSimulated),
      };
    });
  } finally {
    database.close();
  }
}
