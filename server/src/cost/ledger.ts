import type { TokenCount } from '#protocol/cost';
import type { CostLimits } from './limits.ts';
import type { MicroUsd } from './money.ts';
import type { Rates } from './rates.ts';
import type { TokenUsage } from './tokenUsage.ts';

// Where money is counted, as those who spend it see it. One model request is one reservation: held before the request is
// sent, closed exactly once by settling or releasing it. `openLedger` makes the one on disk.

export type ReservationId = string & { readonly brand: 'ReservationId' };

export type BudgetWindow = 'task' | 'day' | 'month';

export interface ReservationRequest {
  readonly runId: string;
  readonly taskId: string;
  /** The root of the workspace; kept as its real path. */
  readonly project: string;
  readonly agent: string;
  readonly swarm: string;
  readonly phase: string;
  readonly provider: string;
  readonly model: string;
  /** Simulated money has windows of its own, under the same limits. */
  readonly isSimulated: boolean;
  readonly rates: Rates;
  /** At most this much input (`boundInputTokens`). */
  readonly inputBound: number;
  readonly wantedOutputTokens: number;
  /** Below this an answer is not worth asking for; who wants less needs only that. */
  readonly minimumOutputTokens: number;
  readonly limits: CostLimits;
}

export type Reservation =
  | {
      readonly kind: 'reserved';
      readonly reservationId: ReservationId;
      /** The most that the request can cost. */
      readonly amount: MicroUsd;
      /** What the request must be capped at: what was wanted, or what the tightest window affords. */
      readonly maxOutputTokens: number;
      readonly alerts: readonly BudgetAlert[];
    }
  /** Not even the smallest useful answer fits. `reserved` is what other requests hold in this window right now. */
  | {
      readonly kind: 'over';
      readonly window: BudgetWindow;
      readonly limit: MicroUsd;
      readonly spent: MicroUsd;
      readonly reserved: MicroUsd;
    };

export interface Settlement {
  /** What is counted as spent. */
  readonly amount: MicroUsd;
  /** False where no believable usage arrived: the whole reservation is counted then. */
  readonly isMeasured: boolean;
  /** The provider reported more than was reserved, or numbers that cannot be true: the run must pause. */
  readonly isOverrun: boolean;
  readonly alerts: readonly BudgetAlert[];
}

/** The share of a limit at which people are warned was reached, for the first time in this window. */
export interface BudgetAlert {
  readonly window: BudgetWindow;
  /** The task, the day (`2026-03-01`) or the month (`2026-03`). */
  readonly key: string;
  readonly isSimulated: boolean;
  readonly limit: MicroUsd;
  readonly spent: MicroUsd;
}

export interface Spending {
  /** Settled. */
  readonly spent: MicroUsd;
  /** Held by requests that are under way, or whose process died before it could close them. */
  readonly reserved: MicroUsd;
}

export interface MeasuredSpending extends Spending {
  /** As the providers counted them; requests without reported usage add nothing here. */
  readonly tokens: TokenCount;
}

/**
 * Every call is one transaction on `loki.db`, shared safely by several processes, and throws a `Failure`
 * `ledger_unusable` when the ledger cannot be relied upon: then no request may be sent.
 */
export interface Ledger {
  /** Holds the worst case of one request in the task's, the day's and the month's window at once, or in none of them. */
  reserve(request: ReservationRequest): Reservation;
  /** Closes a reservation with what the provider counted, null where it reported nothing. A second close is a bug. */
  settle(reservationId: ReservationId, usage: TokenUsage | null): Settlement;
  /** Closes the reservation of a request for which nothing can be owed. A second close is a bug. */
  release(reservationId: ReservationId): void;
  spentOnTask(taskId: string, isSimulated: boolean): MeasuredSpending;
  spentOnRun(runId: string, isSimulated: boolean): MeasuredSpending;
  /** The current day or month, over all projects. */
  spentInWindow(window: 'day' | 'month', isSimulated: boolean): Spending;
  close(): void;
}
