import { lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabase, transaction } from '../storage/sqlite.ts';
import type { Clock } from '../base/clock.ts';
import { randomName } from '../base/id.ts';
import { invariant } from '../base/invariant.ts';
import { isAlertDue, limitedWindows, tightestWindow } from './budget.ts';
import type { BudgetAlert, Ledger, Reservation, ReservationId, ReservationRequest, Settlement } from './ledger.ts';
import { watchForReplacement, withUsableLedger } from './ledgerFile.ts';
import { budgetWindows, keysOf, ledgerTables, type WindowKeys } from './ledgerTables.ts';
import type { RequestRow } from './ledgerRows.ts';
import type { CostLimits } from './limits.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { thisProcess } from './owner.ts';
import { affordableOutput, isRates, price, worstCase } from './price.ts';
import { projectPath } from './projectPath.ts';
import { isTokenCount, isTokenUsage, type TokenUsage } from './tokenUsage.ts';
import { calendarKeys } from './windowKey.ts';

/**
 * The ledger in `$LOKI_HOME/loki.db`. Never opens without being able to write: money that cannot be counted is not
 * spent. A reservation whose process died stays held, because its request may have been sent and charged.
 */
export function openLedger({ lokiHome, clock }: { readonly lokiHome: string; readonly clock: Clock }): Ledger {
  const file = lokiDatabase(lokiHome);
  const database = openDatabase(file, lokiMigrations);
  const read = <T>(fn: () => T): T => withUsableLedger(file, fn);
  const change = <T>(fn: () => T): T => read(() => transaction(database, fn));
  const tables = read(() => ledgerTables(database));
  const checkIsInPlace = watchForReplacement(file);
  const owner = thisProcess();
  // Looked up once: a link that is turned elsewhere during a run must not split the run's spending.
  const projects = new Map<string, string>();

  return {
    reserve: (request) => change(() => reserve(request)),
    settle: (reservationId, usage) => change(() => settle(reservationId, usage)),
    release: (reservationId) => change(() => tables.release(reservationId, held(reservationId), clock.now())),
    spentOnTask: (taskId, isSimulated) => read(() => tables.spending('task', taskId, isSimulated)),
    spentOnRun: (runId, isSimulated) => read(() => tables.spending('run', runId, isSimulated)),
    spentInWindow: (window, isSimulated) =>
      read(() => {
        const keys = calendarKeys(clock.now(), tables.lastDay());
        const { spent, reserved } = tables.window(window, keys[window], isSimulated);
        return { spent, reserved };
      }),
    close: () => database.close(),
  };

  function reserve(request: ReservationRequest): Reservation {
    invariant(isRates(request.rates), 'a request is reserved at prices that cannot be');
    invariant(isTokenCount(request.wantedOutputTokens) && request.wantedOutputTokens > 0, 'no output is wanted');
    checkIsInPlace();
    const at = clock.now();
    const keys = { task: request.taskId, ...calendarKeys(at, tables.lastDay()) };
    const windows = limited(keys, request.isSimulated, request.limits);
    const tightest = tightestWindow(windows);
    const affordable =
      tightest === null ? Infinity : affordableOutput(request.rates, request.inputBound, tightest.available);
    const maxOutputTokens = Math.min(request.wantedOutputTokens, affordable);
    const needed = Math.max(1, Math.min(request.minimumOutputTokens, request.wantedOutputTokens));
    if (tightest !== null && !(maxOutputTokens >= needed)) {
      const { window, limit, spent, reserved } = tightest;
      return { kind: 'over', window, limit, spent, reserved };
    }

    const amount = worstCase(request.rates, { inputTokens: request.inputBound, outputTokens: maxOutputTokens });
    invariant(tightest === null || amount <= tightest.available, 'a reservation is larger than what is left');
    const reservationId = `res-${randomName()}` as ReservationId;
    const project = projects.get(request.project) ?? projectPath(request.project);
    projects.set(request.project, project);
    tables.addHeld({ reservationId, request, project, keys, owner, at, amount, maxOutputTokens });
    const alerts = takeAlerts(keys, request.isSimulated, request.limits, at);
    return { kind: 'reserved', reservationId, amount, maxOutputTokens, alerts };
  }

  function settle(reservationId: ReservationId, usage: TokenUsage | null): Settlement {
    const row = held(reservationId);
    const at = clock.now();
    const counted = countedAs(row, usage);
    tables.settle(reservationId, row, { at, ...counted });
    const alerts = takeAlerts(keysOf(row), row.simulated === 1, row.limits, at);
    return { amount: counted.amount, isMeasured: counted.usage !== null, isOverrun: counted.isOverrun, alerts };
  }

  function held(reservationId: ReservationId): RequestRow {
    const row = tables.request(reservationId);
    invariant(row !== null, `there is no reservation ${reservationId}`);
    invariant(row.state === 'held', `the reservation ${reservationId} is already ${row.state}`);
    return row;
  }

  function limited(keys: WindowKeys, isSimulated: boolean, limits: CostLimits) {
    const states = budgetWindows.map((window) => tables.window(window, keys[window], isSimulated));
    return limitedWindows(states, limits);
  }

  /** The alerts that are due, marked as told in the same transaction. */
  function takeAlerts(keys: WindowKeys, isSimulated: boolean, limits: CostLimits, at: Date): readonly BudgetAlert[] {
    const due = limited(keys, isSimulated, limits).filter((state) => isAlertDue(state, limits.alertThreshold));
    for (const { window, key } of due) tables.markAlerted(window, key, isSimulated, at);
    return due.map(({ window, key, limit, spent }) => ({ window, key, isSimulated, limit, spent }));
  }
}

interface Counted {
  readonly amount: MicroUsd;
  readonly usage: TokenUsage | null;
  readonly isOverrun: boolean;
}

/** What is counted for a request: never less than what was reserved, unless a believable measure says so. */
function countedAs(row: RequestRow, usage: TokenUsage | null): Counted {
  if (usage === null) return { amount: row.reserved, usage, isOverrun: false };
  if (!isTokenUsage(usage)) return { amount: row.reserved, usage: null, isOverrun: true };
  const amount = price(row.rates, usage);
  const isOverrun = amount > row.reserved || usage.input > row.input_bound || usage.output > row.max_output_tokens;
  // Every request sends something. Servers that do not count report zeros, which would be a price of nothing.
  if (usage.input === 0) return { amount: microUsd(Math.max(amount, row.reserved)), usage: null, isOverrun };
  return { amount, usage, isOverrun };
}
