import type { TokenCount } from '#protocol/cost';
import type { Database } from '../storage/sqlite.ts';
import { measuredRow } from './ledgerRows.ts';
import { storedCount, storedDay, storedMoney } from './storedAmount.ts';
import type { BudgetWindow, SettledWindow, WindowKeys } from './windows.ts';

/** What changes in the three windows of a request at once. Negative where something is given back. */
export interface WindowChange {
  readonly spent: number;
  /** Tokens that a budget of tokens counts. */
  readonly tokensSpent: number;
  /** Tokens that were measured. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A window with the tokens that count in it. */
export interface CountedWindow extends SettledWindow {
  readonly tokensSpent: number;
}

/** The three windows that a request counts in. */
export type CountedWindows = Readonly<Record<BudgetWindow, CountedWindow>>;

/** What is spent in every task, day and month. Changes must run inside a transaction of the caller. */
export function windowTable(database: Database) {
  const lastDay = database.prepare(
    `SELECT max(day) AS day FROM (
       SELECT max(key) AS day FROM cost_windows WHERE kind = 'day' UNION ALL SELECT max(day) FROM cost_holds)`,
  );
  const one = (kind: BudgetWindow, key: string): string =>
    `SELECT kind, spent, tokens_spent, alerted_at FROM cost_windows
     WHERE kind = '${kind}' AND key = ${key} AND simulated = ?4`;
  const read = database.prepare([one('task', '?1'), one('day', '?2'), one('month', '?3')].join(' UNION ALL '));
  const measured = database.prepare(
    `SELECT input_tokens AS input, output_tokens AS output FROM cost_windows
     WHERE kind = 'task' AND key = ? AND simulated = ?`,
  );
  const change = database.prepare(
    `INSERT INTO cost_windows (kind, key, simulated, spent, tokens_spent, input_tokens, output_tokens)
     VALUES ('task', ?1, ?4, max(0, ?5), max(0, ?6), ?7, ?8), ('day', ?2, ?4, max(0, ?5), max(0, ?6), ?7, ?8),
       ('month', ?3, ?4, max(0, ?5), max(0, ?6), ?7, ?8)
     ON CONFLICT DO UPDATE SET spent = spent + ?5, tokens_spent = tokens_spent + ?6, input_tokens = input_tokens + ?7,
       output_tokens = output_tokens + ?8`,
  );
  const markAlerted = database.prepare(
    `INSERT INTO cost_windows (kind, key, simulated, alerted_at) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET alerted_at = ?4`,
  );

  return {
    /** The last day that something was reserved or spent on. */
    lastDay(): string | null {
      const day = lastDay.get()?.['day'] ?? null;
      return day === null ? null : storedDay(day);
    },
    read(keys: WindowKeys, isSimulated: boolean): CountedWindows {
      return windowsOf(keys, read.all(keys.task, keys.day, keys.month, Number(isSimulated)));
    },
    change(keys: WindowKeys, isSimulated: boolean, by: WindowChange): void {
      const { spent, tokensSpent, inputTokens, outputTokens } = by;
      const { task, day, month } = keys;
      change.run(task, day, month, Number(isSimulated), spent, tokensSpent, inputTokens, outputTokens);
    },
    /** As the providers counted them; requests without reported usage add nothing here. */
    measured(taskId: string, isSimulated: boolean): TokenCount {
      const found = measured.get(taskId, Number(isSimulated));
      return found === undefined ? { input: 0, output: 0 } : measuredRow.parse(found);
    },
    markAlerted(window: BudgetWindow, key: string, isSimulated: boolean, at: Date): void {
      markAlerted.run(window, key, Number(isSimulated), at.toISOString());
    },
  };
}

export type WindowTable = ReturnType<typeof windowTable>;

/** The windows of a ledger that knows nothing of them yet. */
export function emptyWindows(keys: WindowKeys): CountedWindows {
  return windowsOf(keys, []);
}

function windowsOf(keys: WindowKeys, rows: readonly Row[]): CountedWindows {
  const windowOf = (window: BudgetWindow): CountedWindow => {
    const row = rows.find(({ kind }) => kind === window);
    return {
      window,
      key: keys[window],
      group: null,
      spent: storedMoney(row?.['spent'] ?? 0),
      tokensSpent: storedCount(row?.['tokens_spent'] ?? 0),
      isAlerted: (row?.['alerted_at'] ?? null) !== null,
    };
  };
  return { task: windowOf('task'), day: windowOf('day'), month: windowOf('month') };
}

type Row = Readonly<Record<string, unknown>>;
