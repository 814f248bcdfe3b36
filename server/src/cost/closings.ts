import type { Clock } from '../base/clock.ts';
import { invariant } from '../base/invariant.ts';
import type { Budgets } from './budgets.ts';
import type { GroupTable } from './groupTable.ts';
import type { HeldRequest } from './heldRequest.ts';
import type { HoldTable } from './holdTable.ts';
import type { ExpiredReservations, ReservationId, Settlement } from './ledger.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { isProvablyDead, type Owner } from './owner.ts';
import { price } from './price.ts';
import type { Closing, RequestTable } from './requestTable.ts';
import { isTokenUsage, type TokenUsage } from './tokenUsage.ts';
import type { WindowTable } from './windowTable.ts';

interface ClosingDeps {
  readonly windows: WindowTable;
  readonly groups: GroupTable;
  readonly holds: HoldTable;
  readonly requests: RequestTable;
  readonly budgets: Budgets;
  readonly clock: Clock;
}

/** What a request comes to. */
export interface Counted {
  readonly amount: MicroUsd;
  readonly usage: TokenUsage | null;
  readonly isOverrun: boolean;
}

interface Closed<T> {
  readonly held: HeldRequest;
  readonly counted: T;
  /** It had been counted as spent before, at its whole amount. */
  readonly wasExpired: boolean;
}

/**
 * The ways a reservation ends, each within a transaction of the caller and with all sums that it is part of. `mine`
 * is what this process still knows of a reservation that it made itself: then its row need not be read, only moved.
 */
export function closings({ windows, groups, holds, requests, budgets, clock }: ClosingDeps) {
  return {
    settle(reservationId: ReservationId, mine: HeldRequest | null, usage: TokenUsage | null): Settlement {
      const at = clock.now();
      const closed = close(reservationId, mine, (known) => {
        const counted = countedAs(known, usage);
        return { counted, closing: { state: 'settled', at, ...counted, isExpired: false } };
      });
      const { held, counted } = closed;
      count(closed);
      const now = windows.read(held.keys, held.isSimulated);
      const alerts = budgets.mayAlert(now, held) ? budgets.takeAlerts(budgets.limited(now, held), held, at) : [];
      return { amount: counted.amount, isMeasured: counted.usage !== null, isOverrun: counted.isOverrun, alerts };
    },
    release(reservationId: ReservationId, mine: HeldRequest | null): void {
      const closing = { state: 'released', at: clock.now() } as const;
      const closed = close(reservationId, mine, () => ({ counted: null, closing }));
      if (closed.wasExpired) count(closed);
    },
    expireDead(self: Owner): ExpiredReservations {
      const isSelf = ({ pid, startedAt }: Owner): boolean => pid === self.pid && startedAt === self.startedAt;
      const dead = holds.owners().filter((owner) => !isSelf(owner) && isProvablyDead(owner));
      const expired = dead.flatMap((owner) => holds.heldBy(owner)).map((reservationId) => expire(reservationId));
      return { calls: expired.length, amount: microUsd(expired.reduce((sum, amount) => sum + amount, 0)) };
    },
    /** As somebody else knows that it ended; see `restoration`. */
    settleAs(reservationId: ReservationId, counted: Counted, at: Date, isExpired: boolean): void {
      count(close(reservationId, null, () => ({ counted, closing: { state: 'settled', at, ...counted, isExpired } })));
    },
  };

  function expire(reservationId: ReservationId): MicroUsd {
    const closed = close(reservationId, null, ({ amount }) => {
      const counted = { amount, usage: null, isOverrun: false };
      return { counted, closing: { state: 'settled', at: clock.now(), ...counted, isExpired: true } };
    });
    count(closed);
    return closed.counted.amount;
  }

  /**
   * Closes what is open: held, or expired. Should the process of an expired reservation turn out to live after all, its
   * word counts instead of the worst case.
   */
  function close<T>(
    reservationId: ReservationId,
    mine: HeldRequest | null,
    closeAs: (held: HeldRequest) => { readonly counted: T; readonly closing: Closing },
  ): Closed<T> {
    const tryHeld = (held: HeldRequest | null, asWritten: HeldRequest | null): Closed<T> | null => {
      if (held === null) return null;
      const { counted, closing } = closeAs(held);
      if (!requests.close(reservationId, closing, asWritten)) return null;
      holds.remove(reservationId);
      return { held, counted, wasExpired: false };
    };
    const closed = tryHeld(mine, mine) ?? tryHeld(holds.find(reservationId), null);
    if (closed !== null) return closed;
    const found = requests.find(reservationId);
    invariant(found !== null, `there is no reservation ${reservationId}`);
    const { counted, closing } = closeAs(found.held);
    const isClosed = requests.closeAgain(reservationId, closing);
    invariant(isClosed, `the reservation ${reservationId} is already ${found.state}`);
    return { held: found.held, counted, wasExpired: true };
  }

  /** Puts what a request comes to into all of its sums. */
  function count({ held, counted, wasExpired }: Closed<Counted | null>): void {
    const { keys, isSimulated, membership, inputBound, maxOutputTokens } = held;
    const bound = inputBound + maxOutputTokens;
    const usage = counted?.usage ?? null;
    const tokens = usage === null ? bound : usage.input + usage.output;
    const spent = (counted?.amount ?? 0) - (wasExpired ? held.amount : 0);
    groups.change(keys, isSimulated, membership, spent);
    windows.change(keys, isSimulated, {
      spent,
      tokensSpent: (counted === null ? 0 : tokens) - (wasExpired ? bound : 0),
      inputTokens: usage?.input ?? 0,
      outputTokens: usage?.output ?? 0,
    });
  }
}

export type Closings = ReturnType<typeof closings>;

/** What is counted for a request: never less than what was reserved, unless a believable measure says so. */
function countedAs(held: HeldRequest, usage: TokenUsage | null): Counted {
  const { amount: reserved, rates, inputBound, maxOutputTokens } = held;
  if (usage === null) return { amount: reserved, usage, isOverrun: false };
  if (!isTokenUsage(usage)) return { amount: reserved, usage: null, isOverrun: true };
  // A list does not know the prices of everybody whom a gateway may ask: what was really charged counts where it is more.
  const amount = microUsd(Math.max(price(rates, usage), usage.charged ?? 0));
  const isOverrun = amount > reserved || usage.input > inputBound || usage.output > maxOutputTokens;
  // Every request sends something. Servers that do not count report zeros, which would be a price of nothing.
  if (usage.input === 0) return { amount: microUsd(Math.max(amount, reserved)), usage: null, isOverrun };
  return { amount, usage, isOverrun };
}
