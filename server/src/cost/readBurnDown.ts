import * as z from 'zod';
import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../storage/sqlite.ts';
import { withUsableLedger } from './ledgerFile.ts';
import { microUsd, type MicroUsd } from './money.ts';
import type { BudgetWindow } from './windows.ts';

export interface BurnPoint {
  readonly at: string;
  /** Everything that was spent in the window up to then. */
  readonly spent: MicroUsd;
}

/** More steps than this a line on a page does not show. */
const mostPoints = 200;

const columns: Readonly<Record<BudgetWindow, string>> = { task: 'task_id', day: 'day', month: 'month' };
const step = z.object({ at: z.string(), spent: z.int().nonnegative().transform(microUsd) });

/** How the spending of each window grew, over all projects. Reads only; nothing where there is no ledger. */
export function readBurnDown(
  lokiHome: string,
  windows: readonly { readonly window: BudgetWindow; readonly key: string }[],
  isSimulated: boolean,
): readonly (readonly BurnPoint[])[] {
  const file = lokiDatabase(lokiHome);
  const database = openDatabaseForReading(file, lokiMigrations, ledgerVersion);
  if (database === null) return windows.map(() => []);
  try {
    return withUsableLedger(file, () =>
      windows.map(({ window, key }) => {
        const steps = database
          .prepare(
            `SELECT closed_at AS at, sum(amount) OVER (ORDER BY closed_at, rowid) AS spent
             FROM cost_requests WHERE ${columns[window]} = ? AND simulated = ? AND state = 'settled'
             ORDER BY closed_at, rowid`,
          )
          .all(key, Number(isSimulated))
          .map((row) => step.parse(row));
        return thinned(steps);
      }),
    );
  } finally {
    database.close();
  }
}

/** As many points as a line needs, the last one among them. */
function thinned(points: readonly BurnPoint[]): readonly BurnPoint[] {
  const every = Math.ceil(points.length / mostPoints);
  return points.filter((_, index) => (points.length - 1 - index) % every === 0);
}
