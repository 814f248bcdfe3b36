import type { TokenCount } from '#protocol/cost';
import type { Database } from '../storage/sqlite.ts';
import { lastDayRow, windowRow } from './ledgerRows.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { budgetWindows, type BudgetWindow, type TokenState, type WindowKeys, type WindowState } from './windows.ts';

/** What changes in the three windows of a request at once. Negative where something is given back. */
export interface WindowChange {
  readonly spent: number;
  readonly reserved: number;
  /** Tokens that a budget of tokens counts. */
  readonly tokensSpent: number;
  readonly tokensReserved: number;
  /** Tokens that were measured. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A window as it stands, with its tokens. */
export interface FullWindow extends WindowState {
  readonly tokens: TokenState;
  /** As the providers counted them; requests without reported usage add nothing here. */
  readonly measured: TokenCount;
}

/** The three windows that a request counts in. */
export type RequestWindows = Readonly<Record<BudgetWindow, FullWindow>>;

const columns = `spent, reserved, alerted_at, raised_to, input_tokens, output_tokens, tokens_spent, tokens_reserved`;
const one = `kind = ?1 AND key = ?2 AND simulated = ?3`;

/**
 * The sums of every task, day and month. Each window is looked up by its own key: one statement for all three would make
 * SQLite build a table to join them. Changes must run inside a transaction of the caller.
 */
export function windowTable(database: Database) {
  const lastDay = database.prepare(`SELECT max(key) AS day FROM cost_windows WHERE kind = 'day'`);
  const read = database.prepare(`SELECT ${columns} FROM cost_windows WHERE ${one}`);
  const hold = database.prepare(
    `INSERT INTO cost_windows (kind, key, simulated, reserved, tokens_reserved)
     VALUES ('task', ?1, ?4, ?5, ?6), ('day', ?2, ?4, ?5, ?6), ('month', ?3, ?4, ?5, ?6)
     ON CONFLICT DO UPDATE SET reserved = reserved + ?5, tokens_reserved = tokens_reserved + ?6`,
  );
  const change = database.prepare(
    `UPDATE cost_windows SET spent = spent + ?4, reserved = reserved + ?5, tokens_spent = tokens_spent + ?6,
       tokens_reserved = tokens_reserved + ?7, input_tokens = input_tokens + ?8, output_tokens = output_tokens + ?9
     WHERE ${one}`,
  );
  const markAlerted = database.prepare(
    `UPDATE cost_windows SET alerted_at = ? WHERE kind = ? AND key = ? AND simulated = ?`,
  );
  const raise = database.prepare(
    `INSERT INTO cost_windows (kind, key, simulated, raised_to, raised_by, raised_at)
     VALUES (?1, ?2, 0, ?3, ?4, ?5), (?1, ?2, 1, ?3, ?4, ?5)
     ON CONFLICT DO UPDATE SET raised_to = ?3, raised_by = ?4, raised_at = ?5`,
  );

  return {
    lastDay(): string | null {
      return lastDayRow.parse(lastDay.get()).day;
    },
    read: readAll,
    hold(keys: WindowKeys, isSimulated: boolean, amount: MicroUsd, tokens: number): void {
      hold.run(keys.task, keys.day, keys.month, Number(isSimulated), amount, tokens);
    },
    /** Answers the windows as they are after it. */
    change(keys: WindowKeys, isSimulated: boolean, by: WindowChange): RequestWindows {
      const { spent, reserved, tokensSpent, tokensReserved, inputTokens, outputTokens } = by;
      const simulated = Number(isSimulated);
      for (const kind of budgetWindows) {
        const key = keys[kind];
        change.run(kind, key, simulated, spent, reserved, tokensSpent, tokensReserved, inputTokens, outputTokens);
      }
      return readAll(keys, isSimulated);
    },
    markAlerted(window: BudgetWindow, key: string, isSimulated: boolean, at: Date): void {
      markAlerted.run(at.toISOString(), window, key, Number(isSimulated));
    },
    /** For real and for simulated money: they are counted apart under the same limits. */
    raise(window: BudgetWindow, key: string, to: MicroUsd, person: string, at: Date): void {
      raise.run(window, key, to, person, at.toISOString());
    },
  };

  function readAll(keys: WindowKeys, isSimulated: boolean): RequestWindows {
    const simulated = Number(isSimulated);
    return windowsOf(keys, (window) => read.get(window, keys[window], simulated));
  }
}

export type WindowTable = ReturnType<typeof windowTable>;

/** The windows of a ledger that knows nothing of them yet. */
export function emptyWindows(keys: WindowKeys): RequestWindows {
  return windowsOf(keys, () => undefined);
}

function windowsOf(keys: WindowKeys, find: (window: BudgetWindow) => unknown): RequestWindows {
  const windowOf = (window: BudgetWindow): FullWindow => {
    const found = find(window);
    const row = found === undefined ? null : windowRow.parse(found);
    const key = keys[window];
    return {
      window,
      key,
      group: null,
      spent: row?.spent ?? microUsd(0),
      reserved: row?.reserved ?? microUsd(0),
      isAlerted: row !== null && row.alerted_at !== null,
      raisedTo: row?.raised_to ?? null,
      tokens: { window, key, spent: row?.tokens_spent ?? 0, reserved: row?.tokens_reserved ?? 0 },
      measured: { input: row?.input_tokens ?? 0, output: row?.output_tokens ?? 0 },
    };
  };
  return { task: windowOf('task'), day: windowOf('day'), month: windowOf('month') };
}
