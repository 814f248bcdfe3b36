import type { Database } from '../storage/sqlite.ts';
import { groupColumns } from './groupTable.ts';
import { heldColumns, heldRequest, type HeldRequest } from './heldRequest.ts';
import type { ReservationId } from './ledger.ts';
import { ownerRow, reservationRow } from './ledgerRows.ts';
import { groupKinds, type BudgetGroup } from './limits.ts';
import type { MicroUsd } from './money.ts';
import type { Owner } from './owner.ts';
import { storedCount, storedMoney } from './storedAmount.ts';
import type { TermTable } from './termTable.ts';
import type { BudgetWindow, WindowKeys } from './windows.ts';

export interface NewHold {
  readonly reservationId: ReservationId;
  readonly held: HeldRequest;
  readonly runId: string;
  readonly phase: string;
  readonly model: string;
  readonly owner: Owner;
  readonly at: Date;
}

/** What requests under way can still take of a window. */
export interface HeldSum {
  readonly amount: MicroUsd;
  readonly tokens: number;
}

/**
 * The reservations that nobody has closed yet, a few rows at any time. What is reserved in a window is their sum, taken
 * when it is asked for. Every change must run inside a transaction of the caller.
 */
export function holdTable(database: Database, terms: TermTable) {
  const insert = database.prepare(
    `INSERT INTO cost_holds (${heldColumns}, owner_pid, owner_started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = database.prepare(`SELECT ${heldColumns} FROM cost_holds WHERE reservation_id = ?`);
  const remove = database.prepare('DELETE FROM cost_holds WHERE reservation_id = ?');
  const sumOf = (what: string, column: string, key: string): string =>
    `coalesce(sum(${what}) FILTER (WHERE ${column} = ${key}), 0)`;
  const tokens = 'input_bound + max_output_tokens';
  const sums = database.prepare(
    `SELECT ${sumOf('reserved', 'task_id', '?1')} AS task, ${sumOf('reserved', 'day', '?2')} AS day,
       ${sumOf('reserved', 'month', '?3')} AS month, ${sumOf(tokens, 'task_id', '?1')} AS taskTokens,
       ${sumOf(tokens, 'day', '?2')} AS dayTokens, ${sumOf(tokens, 'month', '?3')} AS monthTokens
     FROM cost_holds WHERE simulated = ?4`,
  );
  const inGroup = new Map(
    groupKinds.map((kind) => [
      kind,
      database.prepare(
        `SELECT coalesce(sum(reserved), 0) AS reserved FROM cost_holds WHERE simulated = ?3 AND ${groupColumns[kind]} = ?4
           AND CASE ?1 WHEN 'task' THEN task_id WHEN 'day' THEN day ELSE month END = ?2`,
      ),
    ]),
  );
  const owners = database.prepare('SELECT DISTINCT owner_pid AS pid, owner_started_at AS startedAt FROM cost_holds');
  const heldBy = database.prepare('SELECT reservation_id FROM cost_holds WHERE owner_pid = ? AND owner_started_at = ?');

  return {
    add({ reservationId, held, runId, phase, model, owner, at }: NewHold): void {
      const { keys, membership } = held;
      insert.run(
        reservationId,
        runId,
        keys.task,
        membership.project,
        membership.agent,
        membership.swarm,
        phase,
        membership.provider,
        model,
        membership.person,
        membership.organisation,
        Number(held.isSimulated),
        keys.day,
        keys.month,
        at.toISOString(),
        held.amount,
        held.inputBound,
        held.maxOutputTokens,
        terms.idOf(held.rates),
        terms.idOf(held.limits),
        owner.pid,
        owner.startedAt,
      );
    },
    find(reservationId: ReservationId): HeldRequest | null {
      const found = find.get(reservationId);
      return found === undefined ? null : heldRequest(found, terms);
    },
    remove(reservationId: ReservationId): void {
      remove.run(reservationId);
    },
    sums(keys: WindowKeys, isSimulated: boolean): Readonly<Record<BudgetWindow, HeldSum>> {
      const row = sums.get(keys.task, keys.day, keys.month, Number(isSimulated));
      return {
        task: { amount: storedMoney(row?.['task']), tokens: storedCount(row?.['taskTokens']) },
        day: { amount: storedMoney(row?.['day']), tokens: storedCount(row?.['dayTokens']) },
        month: { amount: storedMoney(row?.['month']), tokens: storedCount(row?.['monthTokens']) },
      };
    },
    inGroup(window: BudgetWindow, key: string, isSimulated: boolean, { kind, name }: BudgetGroup): MicroUsd {
      return storedMoney(inGroup.get(kind)?.get(window, key, Number(isSimulated), name)?.['reserved']);
    },
    owners(): readonly Owner[] {
      return owners.all().map((row) => ownerRow.parse(row));
    },
    heldBy({ pid, startedAt }: Owner): readonly ReservationId[] {
      return heldBy.all(pid, startedAt).map((row) => reservationRow.parse(row).reservation_id as ReservationId);
    },
  };
}

export type HoldTable = ReturnType<typeof holdTable>;
