import type { Clock } from '../base/clock.ts';
import { invariant } from '../base/invariant.ts';
import type { Budgets } from './budgets.ts';
import type { GroupTable } from './groupTable.ts';
import type { ExpiredReservations, ReservationId, Settlement } from './ledger.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { isProvablyDead, type Owner } from './owner.ts';
import { price } from './price.ts';
import type { FoundRequest, HeldRequest, RequestTable } from './requestTable.ts';
import { isTokenUsage, type TokenUsage } from './tokenUsage.ts';
import type { RequestWindows, WindowTable } from './windowTable.ts';

interface ClosingDeps {
  readonly windows: WindowTable;
  readonly groups: GroupTable;
  readonly requests: RequestTable;
  readonly budgets: Budgets;
  readonly clock: Clock;
}

/**
 * The three ways a reservation ends, each within a transaction of the caller and with all sums that it is part of. `mine`
 * is what this process still knows of a reservation that it made itself: then its row need not be read, only changed.
 */
export function closings({ windows, groups, requests, budgets, clock }: ClosingDeps) {
  return {
    settle(reservationId: ReservationId, mine: HeldRequest | null, usage: TokenUsage | null): Settlement {
      const at = clock.now();
      return close(reservationId, mine, (held, state, known) => {
        const counted = countedAs(held, usage);
        if (!requests.settle(reservationId, state, { at, ...counted, isExpired: false }, known)) return null;
        const now = move(held, state, counted);
        const alerts = budgets.takeAlerts(budgets.limited(now, held), held, at);
        const isMeasured = counted.usage !== null;
        return { amount: counted.amount, isMeasured, isOverrun: counted.isOverrun, alerts };
      });
    },
    release(reservationId: ReservationId, mine: HeldRequest | null): void {
      close(reservationId, mine, (held, state) => {
        if (!requests.release(reservationId, state, clock.now())) return null;
        return move(held, state, null);
      });
    },
    expireDead(self: Owner): ExpiredReservations {
      const isSelf = ({ pid, startedAt }: Owner): boolean => pid === self.pid && startedAt === self.startedAt;
      const dead = requests.owners().filter((owner) => !isSelf(owner) && isProvablyDead(owner));
      const expired = dead.flatMap((owner) => requests.heldBy(owner)).map((reservationId) => expire(reservationId));
      return { calls: expired.length, amount: microUsd(expired.reduce((sum, amount) => sum + amount, 0)) };
    },
  };

  function expire(reservationId: ReservationId): MicroUsd {
    return close(reservationId, null, (held, state) => {
      const counted = { amount: held.amount, usage: null, isOverrun: false };
      if (!requests.settle(reservationId, state, { at: clock.now(), ...counted, isExpired: true }, null)) return null;
      move(held, state, counted);
      return held.amount;
    });
  }

  /**
   * Closes what is open: held, or expired. Should the process of an expired reservation turn out to live after all, its
   * word counts instead of the worst case.
   */
  function close<T>(
    reservationId: ReservationId,
    mine: HeldRequest | null,
    closeAs: (held: HeldRequest, state: FoundRequest['state'], known: HeldRequest | null) => T | null,
  ): T {
    const closed = mine === null ? null : closeAs(mine, 'held', mine);
    if (closed !== null) return closed;
    const found = requests.find(reservationId);
    invariant(found !== null, `there is no reservation ${reservationId}`);
    const closedNow = closeAs(found.held, found.state, null);
    invariant(closedNow !== null, `the reservation ${reservationId} is already ${found.state}`);
    return closedNow;
  }

  /** From what the windows count for a request to what it comes to; null where nothing is owed. */
  function move(held: HeldRequest, state: FoundRequest['state'], counted: Counted | null): RequestWindows {
    const isHeld = state === 'held';
    const bound = held.inputBound + held.maxOutputTokens;
    const usage = counted?.usage ?? null;
    const tokens = counted === null ? 0 : usage === null ? bound : usage.input + usage.output;
    const spent = (counted?.amount ?? 0) - (isHeld ? 0 : held.amount);
    const reserved = isHeld ? 0 - held.amount : 0;
    groups.change(held.keys, held.isSimulated, held.membership, spent, reserved);
    return windows.change(held.keys, held.isSimulated, {
      spent,
      reserved,
      tokensSpent: tokens - (isHeld ? 0 : bound),
      tokensReserved: isHeld ? -bound : 0,
      inputTokens: usage?.input ?? 0,
      outputTokens: usage?.output ?? 0,
    });
  }
}

interface Counted {
  readonly amount: MicroUsd;
  readonly usage: TokenUsage | null;
  readonly isOverrun: boolean;
}

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
