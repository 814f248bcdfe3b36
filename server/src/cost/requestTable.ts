import type { Database } from '../storage/sqlite.ts';
import { heldColumns, heldRequest, type HeldRequest } from './heldRequest.ts';
import type { ReservationId } from './ledger.ts';
import { stateRow } from './ledgerRows.ts';
import type { MicroUsd } from './money.ts';
import type { TermTable } from './termTable.ts';
import type { TokenUsage } from './tokenUsage.ts';

/** How a request ended. */
export type Closing =
  | { readonly state: 'released'; readonly at: Date }
  | {
      readonly state: 'settled';
      readonly at: Date;
      readonly amount: MicroUsd;
      /** Null where nothing believable was reported. */
      readonly usage: TokenUsage | null;
      readonly isOverrun: boolean;
      /** Counted as spent in the place of a process that was dead for sure. */
      readonly isExpired: boolean;
    };

export interface ClosedRequest {
  readonly held: HeldRequest;
  readonly state: Closing['state'];
}

/** The requests that are closed, one row each. Every change must run inside a transaction of the caller. */
export function requestTable(database: Database, terms: TermTable) {
  // Who closes a request without reading its row makes sure that the row still says what they know.
  const close = database.prepare(
    `INSERT INTO cost_requests (${heldColumns}, state, closed_at, amount, measured, overrun, input_tokens,
       cache_read_tokens, cache_write_tokens, output_tokens, expired_at)
     SELECT ${heldColumns}, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM cost_holds
     WHERE reservation_id = ?11 AND (?12 IS NULL OR (rates = ?12 AND limits = ?13 AND reserved = ?14))`,
  );
  const closeAgain = database.prepare(
    `UPDATE cost_requests SET state = ?1, closed_at = ?2, amount = ?3, measured = ?4, overrun = ?5, input_tokens = ?6,
       cache_read_tokens = ?7, cache_write_tokens = ?8, output_tokens = ?9, expired_at = ?10
     WHERE reservation_id = ?11 AND expired_at IS NOT NULL`,
  );
  const find = database.prepare(`SELECT ${heldColumns}, state FROM cost_requests WHERE reservation_id = ?`);

  return {
    /**
     * Closes what is held; its hold is left to the caller. False where there is none, or where it no longer says what is
     * known of it (`asWritten`): then nothing has changed.
     */
    close(reservationId: ReservationId, closing: Closing, asWritten: HeldRequest | null): boolean {
      const known =
        asWritten === null
          ? [null, null, null]
          : [terms.idOf(asWritten.rates), terms.idOf(asWritten.limits), asWritten.amount];
      return close.run(...closedAs(closing), reservationId, ...known).changes === 1;
    },
    /** Closes an expired request in another way; false where it is not expired. */
    closeAgain(reservationId: ReservationId, closing: Closing): boolean {
      return closeAgain.run(...closedAs(closing), reservationId).changes === 1;
    },
    find(reservationId: ReservationId): ClosedRequest | null {
      const found = find.get(reservationId);
      if (found === undefined) return null;
      return { held: heldRequest(found, terms), state: stateRow.parse(found).state };
    },
  };
}

export type RequestTable = ReturnType<typeof requestTable>;

function closedAs(closing: Closing): readonly (string | number | null)[] {
  const at = closing.at.toISOString();
  if (closing.state === 'released') return ['released', at, null, null, null, null, null, null, null, null];
  const { amount, usage, isOverrun, isExpired } = closing;
  const tokens = [usage?.input, usage?.cacheRead, usage?.cacheWrite, usage?.output].map((count) => count ?? null);
  return ['settled', at, amount, Number(usage !== null), Number(isOverrun), ...tokens, isExpired ? at : null];
}
