import type { WindowState } from './budget.ts';
import type { BudgetWindow, MeasuredSpending, ReservationId, ReservationRequest } from './ledger.ts';
import { lastDayRow, requestRow, spendingRow, windowRow, type RequestRow } from './ledgerRows.ts';
import { microUsd, type MicroUsd } from './money.ts';
import type { Owner } from './owner.ts';
import type { TokenUsage } from './tokenUsage.ts';
import type { CalendarKeys } from './windowKey.ts';
import type { Database } from '../storage/sqlite.ts';

/** The keys of the three windows that a request counts in. */
export interface WindowKeys extends CalendarKeys {
  readonly task: string;
}

export interface NewRequest {
  readonly reservationId: ReservationId;
  readonly request: ReservationRequest;
  readonly project: string;
  readonly keys: WindowKeys;
  readonly owner: Owner;
  readonly at: Date;
  readonly amount: MicroUsd;
  readonly maxOutputTokens: number;
}

export interface Closing {
  readonly at: Date;
  readonly amount: MicroUsd;
  /** Null where nothing believable was reported. */
  readonly usage: TokenUsage | null;
  readonly isOverrun: boolean;
}

export const budgetWindows: readonly BudgetWindow[] = ['task', 'day', 'month'];

/** The ledger's statements, prepared once. Every change must run inside a transaction of the caller. */
export function ledgerTables(database: Database) {
  const lastDay = database.prepare(`SELECT max(key) AS day FROM cost_windows WHERE kind = 'day'`);
  const window = database.prepare(
    `SELECT spent, reserved, alerted_at FROM cost_windows WHERE kind = ? AND key = ? AND simulated = ?`,
  );
  const addToWindow = database.prepare(
    `INSERT INTO cost_windows (kind, key, simulated, spent, reserved) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET spent = spent + excluded.spent, reserved = reserved + excluded.reserved`,
  );
  const settleInWindow = database.prepare(
    `UPDATE cost_windows SET spent = spent + ?, reserved = reserved - ? WHERE kind = ? AND key = ? AND simulated = ?`,
  );
  const markAlerted = database.prepare(
    `UPDATE cost_windows SET alerted_at = ? WHERE kind = ? AND key = ? AND simulated = ?`,
  );
  const insert = database.prepare(
    `INSERT INTO cost_requests (reservation_id, run_id, task_id, project, agent, swarm, phase, provider, model, simulated,
       day, month, owner_pid, owner_started_at, reserved_at, reserved, input_bound, max_output_tokens, rates, limits)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const request = database.prepare(
    `SELECT task_id, day, month, simulated, reserved, input_bound, max_output_tokens, rates, limits, state
     FROM cost_requests WHERE reservation_id = ?`,
  );
  const settle = database.prepare(
    `UPDATE cost_requests SET state = 'settled', closed_at = ?, amount = ?, measured = ?, overrun = ?,
       input_tokens = ?, cache_read_tokens = ?, cache_write_tokens = ?, output_tokens = ?
     WHERE reservation_id = ? AND state = 'held'`,
  );
  const release = database.prepare(
    `UPDATE cost_requests SET state = 'released', closed_at = ? WHERE reservation_id = ? AND state = 'held'`,
  );
  const spending = (column: 'task_id' | 'run_id') =>
    database.prepare(
      `SELECT coalesce(sum(amount), 0) AS spent,
         coalesce(sum(CASE state WHEN 'held' THEN reserved END), 0) AS reserved,
         coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output
       FROM cost_requests WHERE ${column} = ? AND simulated = ?`,
    );
  const spendingBy = { task: spending('task_id'), run: spending('run_id') };

  return {
    lastDay(): string | null {
      return lastDayRow.parse(lastDay.get()).day;
    },
    window(kind: BudgetWindow, key: string, isSimulated: boolean): WindowState {
      const row = window.get(kind, key, Number(isSimulated));
      if (row === undefined) return { window: kind, key, spent: microUsd(0), reserved: microUsd(0), isAlerted: false };
      const { spent, reserved, alerted_at } = windowRow.parse(row);
      return { window: kind, key, spent, reserved, isAlerted: alerted_at !== null };
    },
    markAlerted(kind: BudgetWindow, key: string, isSimulated: boolean, at: Date): void {
      markAlerted.run(at.toISOString(), kind, key, Number(isSimulated));
    },
    addHeld({ reservationId, request, project, keys, owner, at, amount, maxOutputTokens }: NewRequest): void {
      const simulated = Number(request.isSimulated);
      insert.run(
        reservationId,
        request.runId,
        request.taskId,
        project,
        request.agent,
        request.swarm,
        request.phase,
        request.provider,
        request.model,
        simulated,
        keys.day,
        keys.month,
        owner.pid,
        owner.startedAt,
        at.toISOString(),
        amount,
        request.inputBound,
        maxOutputTokens,
        JSON.stringify(request.rates),
        JSON.stringify(request.limits),
      );
      for (const kind of budgetWindows) addToWindow.run(kind, keys[kind], simulated, 0, amount);
    },
    request(reservationId: ReservationId): RequestRow | null {
      const row = request.get(reservationId);
      return row === undefined ? null : requestRow.parse(row);
    },
    settle(reservationId: ReservationId, row: RequestRow, { at, amount, usage, isOverrun }: Closing): void {
      settle.run(
        at.toISOString(),
        amount,
        Number(usage !== null),
        Number(isOverrun),
        usage?.input ?? null,
        usage?.cacheRead ?? null,
        usage?.cacheWrite ?? null,
        usage?.output ?? null,
        reservationId,
      );
      moveInWindows(row, amount);
    },
    release(reservationId: ReservationId, row: RequestRow, at: Date): void {
      release.run(at.toISOString(), reservationId);
      moveInWindows(row, microUsd(0));
    },
    spending(by: 'task' | 'run', id: string, isSimulated: boolean): MeasuredSpending {
      const row = spendingRow.parse(spendingBy[by].get(id, Number(isSimulated)));
      return { spent: row.spent, reserved: row.reserved, tokens: { input: row.input, output: row.output } };
    },
  };

  function moveInWindows(row: RequestRow, spent: MicroUsd): void {
    const keys = keysOf(row);
    for (const kind of budgetWindows) settleInWindow.run(spent, row.reserved, kind, keys[kind], row.simulated);
  }
}

export function keysOf(row: RequestRow): WindowKeys {
  return { task: row.task_id, day: row.day, month: row.month };
}
