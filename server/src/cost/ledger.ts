import type { TokenCount } from '#protocol/cost';
import type { BudgetUnit } from './budgetUnit.ts';
import type { BudgetGroup, CostLimits } from './limits.ts';
import type { MicroUsd } from './money.ts';
import type { Rates } from './rates.ts';
import type { Restoration } from './restoration.ts';
import type { TokenUsage } from './tokenUsage.ts';
import type { BudgetWindow, TokenWindow } from './windows.ts';

// Where money is counted, as those who spend it see it. One model request is one reservation: held before the request is
// sent, closed exactly once by settling or releasing it. `openLedger` makes the one on disk.

export type ReservationId = string & { readonly brand: 'ReservationId' };

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
  /** Who the run works for, as recorded: `os:<login>`. */
  readonly person: string;
  /** Whom the configuration names as the one that pays; empty where it names nobody. */
  readonly organisation: string;
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
  | OverLimit
  | OverTokens;

/** Not even the smallest useful answer fits. `reserved` is what other requests hold in this window right now. */
export interface OverLimit {
  readonly kind: 'over';
  readonly window: BudgetWindow;
  /** Null where it is the limit of all spending. */
  readonly group: BudgetGroup | null;
  readonly limit: MicroUsd;
  readonly spent: MicroUsd;
  readonly reserved: MicroUsd;
}

/** The same for a budget of tokens. */
export interface OverTokens {
  readonly kind: 'over_tokens';
  readonly window: BudgetWindow;
  readonly limit: number;
  readonly spent: number;
  readonly reserved: number;
}

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
  readonly group: BudgetGroup | null;
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

export interface TokenSpending {
  readonly spent: number;
  readonly reserved: number;
}

/** A person's decision about one limit in one window. */
export interface Raise {
  readonly window: BudgetWindow;
  /** Which task, where it is one; the current day or month otherwise. */
  readonly taskId: string | null;
  /** Micro-dollars, unless it says tokens. */
  readonly unit?: BudgetUnit;
  /** Whose limit, by the name that the ledger has; left out or null for that of all spending. */
  readonly group?: BudgetGroup | null;
  readonly to: number;
  readonly person: string;
}

/** Reservations whose process is dead for sure, counted as spent from now on. */
export interface ExpiredReservations {
  readonly calls: number;
  readonly amount: MicroUsd;
}

/**
 * Every call is one transaction on `loki.db`, shared safely by several processes, and throws a `Failure`
 * `ledger_unusable` when the ledger cannot be relied upon: then no request may be sent.
 */
export interface Ledger {
  /** Holds the worst case of one request in every window and group that is limited at once, or in none of them. */
  reserve(request: ReservationRequest): Reservation;
  /** Waits until what was reserved is on the disk: after that, not even a power loss takes a reservation back. */
  makeDurable(): Promise<void>;
  /** Closes a reservation with what the provider counted, null where it reported nothing. A second close is a bug. */
  settle(reservationId: ReservationId, usage: TokenUsage | null): Settlement;
  /** Closes the reservation of a request for which nothing can be owed. A second close is a bug. */
  release(reservationId: ReservationId): void;
  /**
   * Counts the reservations of processes that are provably dead as spent, at their whole amount: nobody is left who could
   * settle them, and the provider may have charged them. Nothing is ever given back by it.
   */
  expireDead(): ExpiredReservations;
  /** Raises one limit in one window; it holds as far as the limits of whoever reserves let it. Answers the window's key. */
  raise(raise: Raise): string;
  /** The limit of a task, of today or of this month, by these limits and by what people have raised it to. */
  limitOf(window: BudgetWindow, taskId: string | null, limits: CostLimits): MicroUsd | null;
  /** The same for a group, and for tokens. */
  groupLimitOf(window: BudgetWindow, taskId: string | null, group: BudgetGroup, limits: CostLimits): MicroUsd | null;
  tokenLimitOf(window: TokenWindow, taskId: string | null, limits: CostLimits): number | null;
  /** What people have raised the tokens of a task to, whoever limits them; null where nobody has. */
  raisedTokens(taskId: string): number | null;
  spentOnTask(taskId: string, isSimulated: boolean): MeasuredSpending;
  /** The tokens of a task as budgets count them: unmeasured requests, and those under way, with the most they can take. */
  tokensOfTask(taskId: string, isSimulated: boolean): TokenSpending;
  /** The current day or month, over all projects. */
  spentInWindow(window: 'day' | 'month', isSimulated: boolean): Spending;
  readonly restoration: Restoration;
  close(): void;
}
