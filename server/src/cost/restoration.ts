import * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import type { Database } from '../storage/sqlite.ts';
import type { Closings } from './closings.ts';
import { flatRates } from './flatRates.ts';
import type { Membership } from './groupTable.ts';
import type { HoldTable } from './holdTable.ts';
import type { ReservationId } from './ledger.ts';
import type { CostLimits } from './limits.ts';
import type { LoggedEnding, LoggedIntent } from './loggedCall.ts';
import { logMarks, type LogMarks } from './logMarks.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { isProvablyDead, thisProcess } from './owner.ts';
import type { Rates } from './rates.ts';
import type { TermTable } from './termTable.ts';
import { calendarKeys, type Calendar } from './windowKey.ts';
import { startOf } from './windowSpan.ts';
import type { WindowTable } from './windowTable.ts';

// Enters again what a power loss, or a lost or older `loki.db`, has taken out of the ledger. An audit log has the intent of
// every request, made durable after its reservation was committed: an intent whose reservation is not here was lost here.

/** A request that the ledger does not know; `ending` is null where its log does not say, or is not believed. */
export interface LostCall {
  readonly intent: LoggedIntent;
  readonly ending: LoggedEnding | null;
  readonly endedAt: Date;
  /** How far the log had come: its time, or a later one that stands before it. */
  readonly reachedAt: Date;
}

/** With the day that it counts under, and prices that come to what was reserved for it. */
interface DatedCall extends LostCall {
  readonly day: string;
  readonly rates: Rates;
}

/** A request that the ledger knows, but whose end it has lost. */
export interface LateEnding {
  readonly reservationId: ReservationId;
  readonly ending: LoggedEnding;
  readonly endedAt: Date;
}

/** Whose requests a log tells of, where it does not say so itself. */
export interface LogOwner extends Pick<Membership, 'project' | 'person' | 'organisation'> {
  readonly limits: CostLimits;
}

export interface RestoredReservations {
  /** Requests that were not in the ledger. */
  readonly calls: number;
  readonly amount: MicroUsd;
  /** Requests that were, and whose end was not. */
  readonly endings: number;
}

export interface Restoration extends LogMarks {
  /** Who paid for the latest request of a workspace; null where the ledger has none of it. */
  organisationOf(project: string): string | null;
  /** Since when everything that was spent counts in a window that is still open. */
  since(): Date;
  /**
   * What is to be learned from a log about a reservation: all of it, its end (it is held by a process that is dead for
   * sure, or was counted in its place), or nothing.
   */
  lacks(reservationId: ReservationId): 'everything' | 'ending' | 'nothing';
  /** Enters what is still lacking, in the order of the log; what another process has entered since is left alone. */
  enter(lost: readonly LostCall[], late: readonly LateEnding[], owner: LogOwner): RestoredReservations;
}

interface RestorationDeps {
  readonly database: Database;
  readonly windows: WindowTable;
  readonly holds: HoldTable;
  readonly terms: TermTable;
  readonly close: Closings;
  readonly calendar: Calendar;
  readonly clock: Clock;
  /** Runs what only reads. */
  readonly read: <T>(fn: () => T) => T;
  /** Runs what changes something, as one step. */
  readonly change: <T>(fn: () => T) => T;
}

/** Whoever wants to reserve waits no longer than for so many. */
const callsAtOnce = 200;

/** No limit is higher than this (`parseLimitUsd`). What a log invents beyond it must not make sums that cannot be counted. */
const mostInWindow = 1e15;

const organisationRow = z.object({ organisation: z.string() });
const standingRow = z.object({ state: z.string(), expired: z.int(), pid: z.int(), startedAt: z.string() });

export function restoration(deps: RestorationDeps): Restoration {
  const { database, windows, holds, terms, close, calendar, clock, read, change } = deps;
  const findStanding = database.prepare(
    `SELECT 'held' AS state, 0 AS expired, owner_pid AS pid, owner_started_at AS startedAt
     FROM cost_holds WHERE reservation_id = ?1
     UNION ALL SELECT state, expired_at IS NOT NULL, 0, '' FROM cost_requests WHERE reservation_id = ?1`,
  );
  const findOrganisation = database.prepare(
    `SELECT organisation FROM (
       SELECT organisation, reserved_at FROM cost_requests WHERE project = ?1
       UNION ALL SELECT organisation, reserved_at FROM cost_holds WHERE project = ?1
     ) ORDER BY reserved_at DESC LIMIT 1`,
  );
  const self = thisProcess();
  const lacks = (reservationId: ReservationId): ReturnType<Restoration['lacks']> => {
    const found = findStanding.get(reservationId);
    if (found === undefined) return 'everything';
    const { state, expired, pid, startedAt } = standingRow.parse(found);
    const isLeft = expired === 1 || (state === 'held' && isProvablyDead({ pid, startedAt }));
    return isLeft ? 'ending' : 'nothing';
  };

  return {
    ...logMarks(deps),
    lacks: (reservationId) => read(() => lacks(reservationId)),
    organisationOf: (project) =>
      read(() => {
        const found = findOrganisation.get(project);
        return found === undefined ? null : organisationRow.parse(found).organisation;
      }),
    since: () => startOf(calendar(clock.now()).slice(0, 7), calendar),
    enter: (lost, late, owner) => {
      const dayOf = daysFor(read(() => windows.lastDay()));
      terms.keep([owner.limits], change);
      const ratesOf = flatRates();
      const calls = lost.map((call) => ({ ...call, day: dayOf(call.reachedAt), rates: ratesOf(call.intent) }));
      const entered = partsOf(calls).flatMap((part) => {
        terms.keep(
          part.map(({ rates }) => rates),
          change,
        );
        return change(() => part.map((call) => enterCall(call, owner)));
      });
      const ended = partsOf(late).flatMap((part) => change(() => part.map((ending) => enterEnding(ending))));
      const amount = entered.reduce((sum, one) => sum + (one ?? 0), 0);
      return {
        calls: entered.filter((one) => one !== null).length,
        amount: microUsd(amount),
        endings: ended.filter((isEntered) => isEntered).length,
      };
    },
  };

  /**
   * The day that a request was counted under: that of its time, but never before one that the log had reached already.
   * Where the clock was set back since, nobody knows how far the days had come: then all of it counts today.
   */
  function daysFor(lastDay: string | null): (at: Date) => string {
    const today = calendar(clock.now());
    const { day: current } = calendarKeys(clock.now(), lastDay, calendar);
    let reached = current > today ? current : '';
    return (at) => {
      const { day } = calendarKeys(at, reached === '' ? null : reached, calendar);
      reached = day > current ? current : day;
      return reached;
    };
  }

  function enterCall({ intent, ending, endedAt, day, rates }: DatedCall, owner: LogOwner): MicroUsd | null {
    const { reservationId, isSimulated, inputBound, maxOutputTokens, runId, phase, model, at } = intent;
    if (lacks(reservationId) !== 'everything') return null;
    const { agent, swarm, provider } = intent;
    const { project, person, organisation, limits } = owner;
    const keys = { task: intent.taskId, day, month: day.slice(0, 7) };
    const others = holds.sums(keys, isSimulated);
    const counted = Object.values(windows.read(keys, isSimulated)).map(
      ({ window, spent }) => spent + others[window].amount,
    );
    const room = microUsd(Math.max(0, mostInWindow - Math.max(...counted)));
    const fitting = (amount: MicroUsd): MicroUsd => (amount < room ? amount : room);
    const amount = fitting(intent.reserved);
    const membership = { agent, swarm, provider, project, person, organisation };
    const held = { keys, isSimulated, membership, limits, rates, inputBound, maxOutputTokens, amount };
    holds.add({ reservationId, held, runId, phase, model, owner: self, at });
    return end(reservationId, ending ?? unknownEnding(amount), endedAt, ending === null, fitting);
  }

  function enterEnding({ reservationId, ending, endedAt }: LateEnding): boolean {
    if (lacks(reservationId) !== 'ending') return false;
    end(reservationId, ending, endedAt, false, (amount) => amount);
    return true;
  }

  function end(
    reservationId: ReservationId,
    ending: LoggedEnding,
    at: Date,
    isExpired: boolean,
    fitting: (amount: MicroUsd) => MicroUsd,
  ): MicroUsd {
    if (ending.kind === 'released') {
      close.release(reservationId, null);
      return microUsd(0);
    }
    const amount = fitting(ending.amount);
    close.settleAs(reservationId, { amount, usage: ending.usage, isOverrun: ending.isOverrun }, at, isExpired);
    return amount;
  }
}

/** Nobody knows what the provider charged: all that was reserved. */
function unknownEnding(amount: MicroUsd): LoggedEnding {
  return { kind: 'settled', amount, usage: null, isOverrun: false };
}

function partsOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / callsAtOnce) }, (_, part) =>
    all.slice(part * callsAtOnce, (part + 1) * callsAtOnce),
  );
}
