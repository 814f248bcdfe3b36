import type { Database } from '../storage/sqlite.ts';
import type { Spender } from './budgets.ts';
import type { ReservationId } from './ledger.ts';
import { ownerRow, requestRow, reservationRow } from './ledgerRows.ts';
import type { KeptTerms } from './keptTerms.ts';
import type { MicroUsd } from './money.ts';
import type { Owner } from './owner.ts';
import type { Rates } from './rates.ts';
import type { TokenUsage } from './tokenUsage.ts';
import type { WindowKeys } from './windows.ts';

/** What a request was reserved on, until it is closed. */
export interface HeldRequest extends Spender {
  readonly keys: WindowKeys;
  readonly rates: Rates;
  readonly inputBound: number;
  readonly maxOutputTokens: number;
  readonly amount: MicroUsd;
}

export interface NewRequest {
  readonly reservationId: ReservationId;
  readonly held: HeldRequest;
  readonly runId: string;
  readonly phase: string;
  readonly model: string;
  readonly owner: Owner;
  readonly at: Date;
}

/** A request as its row has it. */
export interface FoundRequest {
  readonly held: HeldRequest;
  readonly state: 'held' | 'settled' | 'released';
  /** Counted as spent in the place of a process that was dead for sure. */
  readonly isExpired: boolean;
}

export interface Closing {
  readonly at: Date;
  readonly amount: MicroUsd;
  /** Null where nothing believable was reported. */
  readonly usage: TokenUsage | null;
  readonly isOverrun: boolean;
  readonly isExpired: boolean;
}

/** One row a request. Every change must run inside a transaction of the caller. */
export function requestTable(database: Database, terms: KeptTerms) {
  const insert = database.prepare(
    `INSERT INTO cost_requests (reservation_id, run_id, task_id, project, agent, swarm, phase, provider, model, person,
       organisation, simulated, day, month, owner_pid, owner_started_at, reserved_at, reserved, input_bound,
       max_output_tokens, rates, limits)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const find = database.prepare(
    `SELECT task_id, day, month, agent, swarm, provider, project, person, organisation, simulated, reserved, input_bound,
       max_output_tokens, rates, limits, state, expired_at
     FROM cost_requests WHERE reservation_id = ?`,
  );
  // Who closes a request without reading its row makes sure that the row still says what they know.
  const isAsWritten = `(?12 IS NULL OR (rates = ?12 AND limits = ?13 AND reserved = ?14))`;
  const isOpen = `(state = 'held' OR expired_at IS NOT NULL)`;
  const settle = database.prepare(
    `UPDATE cost_requests SET state = 'settled', closed_at = ?1, amount = ?2, measured = ?3, overrun = ?4,
       input_tokens = ?5, cache_read_tokens = ?6, cache_write_tokens = ?7, output_tokens = ?8,
       expired_at = CASE ?9 WHEN 1 THEN ?1 END
     WHERE reservation_id = ?10 AND state = ?11 AND ${isOpen} AND ${isAsWritten}`,
  );
  const release = database.prepare(
    `UPDATE cost_requests SET state = 'released', closed_at = ?, amount = NULL, measured = NULL, expired_at = NULL
     WHERE reservation_id = ? AND state = ? AND ${isOpen}`,
  );
  const owners = database.prepare(
    `SELECT DISTINCT owner_pid AS pid, owner_started_at AS startedAt FROM cost_requests WHERE state = 'held'`,
  );
  const heldBy = database.prepare(
    `SELECT reservation_id FROM cost_requests WHERE state = 'held' AND owner_pid = ? AND owner_started_at = ?`,
  );

  return {
    add({ reservationId, held, runId, phase, model, owner, at }: NewRequest): void {
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
        owner.pid,
        owner.startedAt,
        at.toISOString(),
        held.amount,
        held.inputBound,
        held.maxOutputTokens,
        terms.write(held.rates),
        terms.write(held.limits),
      );
    },
    find(reservationId: ReservationId): FoundRequest | null {
      const found = find.get(reservationId);
      if (found === undefined) return null;
      const row = requestRow.parse(found);
      const { agent, swarm, provider, project, person, organisation } = row;
      const held = {
        keys: { task: row.task_id, day: row.day, month: row.month },
        isSimulated: row.simulated === 1,
        membership: { agent, swarm, provider, project, person, organisation },
        limits: terms.readLimits(row.limits),
        rates: terms.readRates(row.rates),
        inputBound: row.input_bound,
        maxOutputTokens: row.max_output_tokens,
        amount: row.reserved,
      };
      return { held, state: row.state, isExpired: row.expired_at !== null };
    },
    /**
     * False where it is not open in this state, or its row no longer says what is known of it (`asWritten`): then nothing
     * has changed.
     */
    settle(
      reservationId: ReservationId,
      from: FoundRequest['state'],
      closing: Closing,
      asWritten: HeldRequest | null,
    ): boolean {
      const { at, amount, usage, isOverrun, isExpired } = closing;
      const { changes } = settle.run(
        at.toISOString(),
        amount,
        Number(usage !== null),
        Number(isOverrun),
        usage?.input ?? null,
        usage?.cacheRead ?? null,
        usage?.cacheWrite ?? null,
        usage?.output ?? null,
        Number(isExpired),
        reservationId,
        from,
        asWritten === null ? null : terms.write(asWritten.rates),
        asWritten === null ? null : terms.write(asWritten.limits),
        asWritten?.amount ?? null,
      );
      return changes === 1;
    },
    /** False as with `settle`. */
    release(reservationId: ReservationId, from: FoundRequest['state'], at: Date): boolean {
      return release.run(at.toISOString(), reservationId, from).changes === 1;
    },
    owners(): readonly Owner[] {
      return owners.all().map((row) => ownerRow.parse(row));
    },
    heldBy({ pid, startedAt }: Owner): readonly ReservationId[] {
      return heldBy.all(pid, startedAt).map((row) => reservationRow.parse(row).reservation_id as ReservationId);
    },
  };
}

export type RequestTable = ReturnType<typeof requestTable>;
