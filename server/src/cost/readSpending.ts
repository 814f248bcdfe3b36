import type { TokenCount } from '#protocol/cost';
import type { Clock } from '../base/clock.ts';
import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading, snapshot } from '../storage/sqlite.ts';
import { withUsableLedger } from './ledgerFile.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { holdTable } from './holdTable.ts';
import { raiseTable } from './raiseTable.ts';
import { readRates, readTopAgents, type AgentSpending, type Rates } from './recentSpending.ts';
import { termTable } from './termTable.ts';
import { calendarKeys, calendarOf } from './windowKey.ts';
import { emptyWindows, windowTable, type CountedWindow } from './windowTable.ts';
import type { BudgetWindow } from './windows.ts';

/** A window with what is held in it. */
export interface WindowNow extends CountedWindow {
  readonly reserved: MicroUsd;
  /** What a person has raised its limit to; null where nobody has. */
  readonly raisedTo: MicroUsd | null;
}

/** What stands in the ledger right now, for a meter. */
export interface SpendingNow {
  readonly task: (WindowNow & { readonly measured: TokenCount }) | null;
  readonly day: WindowNow;
  readonly month: WindowNow;
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
    const { day, month } = emptyWindows(keysAt(null));
    const untouched = { reserved: microUsd(0), raisedTo: null };
    return {
      task: null,
      day: { ...day, ...untouched },
      month: { ...month, ...untouched },
      rates: { task: 0, all: 0 },
      agents: [],
    };
  }
  try {
    const readNow = (): SpendingNow => {
      const windows = windowTable(database);
      const keys = keysAt(windows.lastDay());
      const counted = windows.read(keys, isSimulated);
      const held = holdTable(database, termTable(database)).sums(keys, isSimulated);
      const raises = raiseTable(database);
      const now = (window: BudgetWindow): WindowNow => ({
        ...counted[window],
        reserved: held[window].amount,
        raisedTo: raises.money(window, keys[window], null),
      });
      const whose = taskId === null ? 'day' : 'task';
      return {
        task: taskId === null ? null : { ...now('task'), measured: windows.measured(taskId, isSimulated) },
        day: now('day'),
        month: now('month'),
        rates: readRates(database, keys.task, isSimulated, clock.now()),
        agents: readTopAgents(database, whose, keys[whose], isSimulated),
      };
    };
    return withUsableLedger(file, () => snapshot(database, readNow));
  } finally {
    database.close();
  }
}
