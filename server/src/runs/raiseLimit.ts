import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { amountWords, shownAmount, type BudgetUnit } from '../cost/budgetUnit.ts';
import { actualGroup } from '../cost/groupMember.ts';
import { groupWords, ofGroup } from '../cost/groupWords.ts';
import type { Ledger } from '../cost/ledger.ts';
import type { BudgetGroup } from '../cost/limits.ts';
import { parseLimitUsd } from '../cost/money.ts';
import { openLedger } from '../cost/openLedger.ts';
import type { LimitName } from '../cost/raising.ts';
import type { BudgetWindow } from '../cost/windows.ts';
import { limitStanding } from './limitStanding.ts';
import { openAudit } from './openAudit.ts';
import { raiseWords } from './raiseWords.ts';
import { listRuns } from './runStore.ts';
import type { World } from './world.ts';

export interface RaiseWish {
  readonly workspace: string;
  readonly window: BudgetWindow;
  /** The task, or one of its runs; null for the current day or month. */
  readonly taskOrRun: string | null;
  /** Whose limit, as a person names it; null for that of all spending. */
  readonly group: BudgetGroup | null;
  readonly unit: BudgetUnit;
  /** US dollars or tokens, as a person writes them. */
  readonly to: string;
}

export interface Raised {
  /** The task, the day or the month. */
  readonly key: string;
  /** As the ledger names it. */
  readonly group: BudgetGroup | null;
  /** In micro-dollars or tokens. */
  readonly from: number;
  readonly to: number;
}

/**
 * Raises one limit of one task, of today or of this month: a person's decision, recorded before it holds. Never above
 * what the managed configuration sets, and not at all where it says so.
 */
export async function raiseLimit(world: World, wish: RaiseWish): Promise<Raised> {
  const { workspace, window, unit, taskOrRun } = wish;
  const { env, lokiHome, clock } = world;
  const config = await loadConfig({ workspace, env, lokiHome });
  const to = amountOf(wish);
  const group = wish.group === null ? null : actualGroup(wish.group);
  const name: LimitName = { window, unit, group };
  checkName(name);
  const taskId = window === 'task' ? await taskOf(workspace, taskOrRun) : null;
  const ledger = openLedger({ lokiHome, clock, timeZone: config.accounting.timeZone });
  try {
    const from = checkRaise(ledger, config, name, taskId, to);
    const key = await record(world, workspace, config, { name, taskId, from, to }, ledger);
    return { key, group, from, to };
  } finally {
    ledger.close();
  }
}

interface Raising {
  readonly name: LimitName;
  readonly taskId: string | null;
  readonly from: number;
  readonly to: number;
}

async function record(
  world: World,
  workspace: string,
  config: Config,
  { name: { window, unit, group }, taskId, from, to }: Raising,
  ledger: Ledger,
): Promise<string> {
  const { person } = world;
  const audit = (await openAudit(world, workspace, config)).log;
  const note = async (metadata: Readonly<Record<string, unknown>>): Promise<void> => {
    const decision = {
      ...(taskId === null ? {} : { task_id: taskId }),
      window,
      ...(group === null ? {} : { group: groupWords(group) }),
      [`from_${unit}`]: shownAmount(unit, from),
      [`to_${unit}`]: shownAmount(unit, to),
      authenticated: false,
    };
    const entry = { who: person, what: 'cost_raise', where: taskId ?? window, why: raiseWords(unit, group, from, to) };
    await audit.append({ ...entry, metadata: { ...decision, ...metadata } });
  };
  try {
    await note({ stage: 'intent' });
    const key = ledger.raise({ window, taskId, unit, group, to, person });
    await note({ stage: 'outcome', result: 'done', key });
    return key;
  } finally {
    await audit.close();
  }
}

/** Micro-dollars, or tokens. */
function amountOf({ unit, to }: RaiseWish): number {
  if (unit === 'usd') {
    const amount = parseLimitUsd(to);
    if (amount !== null) return amount;
    throw new Failure('usage', `${JSON.stringify(to)} is no amount of US dollars above 0, such as 7.50`);
  }
  if (/^[1-9]\d{0,14}$/.test(to.trim())) return Number(to);
  throw new Failure('usage', `${JSON.stringify(to)} is no whole number of tokens above 0, such as 2000000`);
}

function checkName({ window, unit, group }: LimitName): void {
  if (unit === 'usd') return;
  if (group !== null) throw new Failure('usage', 'tokens have limits for a task and a day, and none for groups');
  if (window === 'month') throw new Failure('usage', 'tokens have limits for a task and a day, and none for a month');
}

/** The limit as it is now, where it may be raised to so much. */
function checkRaise(ledger: Ledger, config: Config, name: LimitName, taskId: string | null, to: number): number {
  const { window, unit, group } = name;
  const { from, ceiling } = limitStanding(ledger, config, name, taskId);
  if (from === null) {
    const limit = unit === 'tokens' ? 'limit of tokens' : 'limit';
    throw new Failure('usage', `no ${limit} is set for a ${window}${ofGroup(group)}, so there is nothing to raise`);
  }
  if (!config.accounting.mayBeRaised) {
    throw new Failure(
      'raise_refused',
      'the managed configuration lets nobody raise a limit (cost.may_be_raised); ask whoever keeps it',
    );
  }
  if (to <= from) {
    const now = `the limit for this ${window}${ofGroup(group)} is ${amountWords(unit, from)} already`;
    throw new Failure('usage', `${now}; name a higher amount`);
  }
  if (ceiling !== null && to > ceiling) {
    const most = `the managed configuration allows at most ${amountWords(unit, ceiling)} for a ${window}${ofGroup(group)}`;
    throw new Failure('raise_refused', `${most}; ask whoever keeps it`);
  }
  return from;
}

async function taskOf(workspace: string, taskOrRun: string | null): Promise<string> {
  const found = (await listRuns(workspace)).find(({ taskId, runId }) => taskOrRun === taskId || taskOrRun === runId);
  if (found !== undefined) return found.taskId;
  throw new Failure(
    'run_unknown',
    `there is no task ${taskOrRun ?? ''} in this workspace; loki cost --by task names them`,
  );
}
