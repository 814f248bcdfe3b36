import { lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { makeDurable } from '../storage/makeDurable.ts';
import { openDatabase, snapshot, transaction } from '../storage/sqlite.ts';
import type { Clock } from '../base/clock.ts';
import { randomName } from '../base/id.ts';
import { invariant } from '../base/invariant.ts';
import { tightestTokens, tightestWindow } from './budget.ts';
import { budgetsOf } from './budgets.ts';
import { closings } from './closings.ts';
import { groupTable, type Membership } from './groupTable.ts';
import type { HeldRequest } from './heldRequest.ts';
import { holdTable } from './holdTable.ts';
import type { Ledger, Raise, Reservation, ReservationId, ReservationRequest } from './ledger.ts';
import { watchForReplacement, withUsableLedger } from './ledgerFile.ts';
import { thisProcess } from './owner.ts';
import { affordableOutput, isRates, worstCase } from './price.ts';
import { projectPath } from './projectPath.ts';
import { raiseTable } from './raiseTable.ts';
import { requestTable } from './requestTable.ts';
import { restoration } from './restoration.ts';
import { termTable } from './termTable.ts';
import { isTokenCount } from './tokenUsage.ts';
import { calendarKeys, calendarOf } from './windowKey.ts';
import { windowTable } from './windowTable.ts';
import type { BudgetWindow, TokenState } from './windows.ts';

export interface LedgerPlace {
  readonly lokiHome: string;
  readonly clock: Clock;
  /** Whose calendar days and months follow: an IANA name, null for the machine's. */
  readonly timeZone?: string | null;
}

/**
 * The ledger in `$LOKI_HOME/loki.db`. Never opens without being able to write: money that cannot be counted is not
 * spent. A reservation stays held until its process closes it or is provably dead (`expireDead`).
 */
export function openLedger({ lokiHome, clock, timeZone = null }: LedgerPlace): Ledger {
  const file = lokiDatabase(lokiHome);
  const database = openDatabase(file, lokiMigrations);
  const read = <T>(fn: () => T): T => withUsableLedger(file, fn);
  // What is held and what is spent lie apart: a request that another process closes between the two would be in neither.
  const readTogether = <T>(fn: () => T): T => read(() => snapshot(database, fn));
  const change = <T>(fn: () => T): T => read(() => transaction(database, fn));
  const tables = read(() => {
    const terms = termTable(database);
    return {
      terms,
      windows: windowTable(database),
      groups: groupTable(database),
      raises: raiseTable(database),
      holds: holdTable(database, terms),
      requests: requestTable(database, terms),
    };
  });
  const { terms, windows, holds, raises } = tables;
  const budgets = budgetsOf(tables);
  const close = closings({ ...tables, budgets, clock });
  const calendar = calendarOf(timeZone);
  const checkIsInPlace = watchForReplacement(file);
  const owner = thisProcess();
  const changeInPlace = <T>(fn: () => T): T => {
    checkIsInPlace();
    return change(fn);
  };
  // Looked up once: a link that is turned elsewhere during a run must not split the run's spending.
  const projects = new Map<string, string>();
  // What this process holds, as it was committed.
  const mine = new Map<ReservationId, HeldRequest>();
  const keysOf = (task: string, now: Date) => ({ task, ...calendarKeys(now, windows.lastDay(), calendar) });

  return {
    reserve: (request) => {
      // What needs no lock is done before it is taken: everybody else waits for it.
      invariant(isRates(request.rates), 'a request is reserved at prices that cannot be');
      const wanted = request.wantedOutputTokens;
      invariant(isTokenCount(wanted) && wanted > 0, 'no output is wanted');
      checkIsInPlace();
      const at = clock.now();
      terms.keep([request.rates, request.limits], change);
      const membership = membershipOf(request);
      const reservationId = `res-${orderedName(at)}` as ReservationId;
      const { reservation, held } = change(() => reserve(request, membership, reservationId, at));
      if (held !== null) mine.set(reservationId, held);
      return reservation;
    },
    makeDurable: async () => await makeDurable(database),
    settle: (reservationId, usage) => {
      const settlement = change(() => close.settle(reservationId, mine.get(reservationId) ?? null, usage));
      mine.delete(reservationId);
      return settlement;
    },
    release: (reservationId) => {
      change(() => close.release(reservationId, mine.get(reservationId) ?? null));
      mine.delete(reservationId);
    },
    expireDead: () => change(() => close.expireDead(owner)),
    raise: (raise) => change(() => raiseLimit(raise)),
    limitOf: (window, taskId, limits) =>
      read(() => budgets.limit(limits, window, keysOf(taskId ?? '', clock.now())[window])),
    groupLimitOf: (window, taskId, group, limits) =>
      read(() => budgets.groupLimit(limits, window, keysOf(taskId ?? '', clock.now())[window], group)),
    tokenLimitOf: (window, taskId, limits) =>
      read(() => budgets.tokenLimit(limits, window, keysOf(taskId ?? '', clock.now())[window])),
    raisedTokens: (taskId) => read(() => raises.tokens('task', taskId)),
    spentOnTask: (taskId, isSimulated) =>
      readTogether(() => {
        const keys = { task: taskId, day: '', month: '' };
        const { spent } = windows.read(keys, isSimulated).task;
        const reserved = holds.sums(keys, isSimulated).task.amount;
        return { spent, reserved, tokens: windows.measured(taskId, isSimulated) };
      }),
    tokensOfTask: (taskId, isSimulated) =>
      readTogether(() => {
        const keys = { task: taskId, day: '', month: '' };
        const spent = windows.read(keys, isSimulated).task.tokensSpent;
        return { spent, reserved: holds.sums(keys, isSimulated).task.tokens };
      }),
    spentInWindow: (window, isSimulated) =>
      readTogether(() => {
        const keys = keysOf('', clock.now());
        const { spent } = windows.read(keys, isSimulated)[window];
        return { spent, reserved: holds.sums(keys, isSimulated)[window].amount };
      }),
    restoration: read(() => restoration({ ...tables, database, close, calendar, clock, read, change: changeInPlace })),
    close: () => database.close(),
  };

  function reserve(
    request: ReservationRequest,
    membership: Membership,
    reservationId: ReservationId,
    at: Date,
  ): { readonly reservation: Reservation; readonly held: HeldRequest | null } {
    const { rates, limits, isSimulated, inputBound } = request;
    const keys = keysOf(request.taskId, at);
    const spender = { isSimulated, membership, limits };
    const now = windows.read(keys, isSimulated);
    const others = holds.sums(keys, isSimulated);
    const limited = budgets.limited(now, spender);
    const tightest = tightestWindow(budgets.open(limited, others, spender));
    const tokensOf = (window: BudgetWindow): TokenState => ({
      window,
      spent: now[window].tokensSpent,
      reserved: others[window].tokens,
    });
    const tokens = tightestTokens([
      [tokensOf('task'), budgets.tokenLimit(limits, 'task', keys.task)],
      [tokensOf('day'), budgets.tokenLimit(limits, 'day', keys.day)],
    ]);
    const byMoney = tightest === null ? Infinity : affordableOutput(rates, inputBound, tightest.available);
    const byTokens = tokens === null ? Infinity : tokens.available - inputBound;
    const needed = Math.max(1, Math.min(request.minimumOutputTokens, request.wantedOutputTokens));
    if (tightest !== null && !(byMoney >= needed)) {
      const { window, group, limit, spent, reserved } = tightest;
      return { reservation: { kind: 'over', window, group, limit, spent, reserved }, held: null };
    }
    if (tokens !== null && !(byTokens >= needed)) {
      const { window, limit, spent, reserved } = tokens;
      return { reservation: { kind: 'over_tokens', window, limit, spent, reserved }, held: null };
    }

    const maxOutputTokens = Math.min(request.wantedOutputTokens, byMoney, byTokens);
    const amount = worstCase(rates, { inputTokens: inputBound, outputTokens: maxOutputTokens });
    invariant(tightest === null || amount <= tightest.available, 'a reservation is larger than what is left');
    const held = { ...spender, keys, rates, inputBound, maxOutputTokens, amount };
    const { runId, phase, model } = request;
    holds.add({ reservationId, held, runId, phase, model, owner, at });
    const alerts = budgets.takeAlerts(limited, spender, at);
    return { reservation: { kind: 'reserved', reservationId, amount, maxOutputTokens, alerts }, held };
  }

  function membershipOf({ agent, swarm, provider, person, organisation, ...request }: ReservationRequest): Membership {
    const project = projects.get(request.project) ?? projectPath(request.project);
    projects.set(request.project, project);
    return { agent, swarm, provider, project, person, organisation };
  }

  function raiseLimit({ window, taskId, unit = 'usd', group = null, to, person }: Raise): string {
    invariant((window === 'task') === (taskId !== null), 'a raise is of a task or of the current day or month');
    checkIsInPlace();
    const at = clock.now();
    const key = keysOf(taskId ?? '', at)[window];
    raises.put({ window, key, unit, group, to, person, at });
    return key;
  }
}

/** Names that follow each other in time lie beside each other in an index, which keeps its changes few. */
function orderedName(at: Date): string {
  return `${at.getTime().toString(36)}${randomName()}`;
}
