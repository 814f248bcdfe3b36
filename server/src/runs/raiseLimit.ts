import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { limitWords, parseLimitUsd, toUsd, type MicroUsd } from '../cost/money.ts';
import { openLedger } from '../cost/openLedger.ts';
import { limitIn, type BudgetWindow } from '../cost/windows.ts';
import { openAudit } from './openAudit.ts';
import { listRuns } from './runStore.ts';
import type { World } from './world.ts';

export interface RaiseWish {
  readonly workspace: string;
  readonly window: BudgetWindow;
  /** The task, or one of its runs; null for the current day or month. */
  readonly taskOrRun: string | null;
  /** US dollars as a person writes them. */
  readonly to: string;
}

export interface Raised {
  /** The task, the day or the month. */
  readonly key: string;
  readonly from: MicroUsd;
  readonly to: MicroUsd;
}

/**
 * Raises the limit of one task, of today or of this month: a person's decision, recorded before it holds. Never above
 * what the managed configuration sets, and not at all where it says so.
 */
export async function raiseLimit(world: World, { workspace, window, taskOrRun, to }: RaiseWish): Promise<Raised> {
  const { env, lokiHome, clock, person } = world;
  const config = await loadConfig({ workspace, env, lokiHome });
  const amount = parseLimitUsd(to);
  if (amount === null) throw new Failure('usage', `${JSON.stringify(to)} is no amount of US dollars, such as 7.50`);
  const taskId = window === 'task' ? await taskOf(workspace, taskOrRun) : null;
  const ledger = openLedger({ lokiHome, clock, timeZone: config.accounting.timeZone });
  try {
    const from = ledger.limitOf(window, taskId, false, config.cost);
    checkRaise(config, window, from, amount);
    const audit = (await openAudit(world, workspace, config)).log;
    const note = async (metadata: Readonly<Record<string, unknown>>): Promise<void> => {
      const decision = {
        ...(taskId === null ? {} : { task_id: taskId }),
        window,
        from_usd: toUsd(from),
        to_usd: toUsd(amount),
        authenticated: false,
      };
      const entry = { who: person, what: 'cost_raise', where: null, why: null };
      await audit.append({ ...entry, metadata: { ...decision, ...metadata } });
    };
    try {
      await note({ stage: 'intent' });
      const key = ledger.raise({ window, taskId, to: amount, person });
      await note({ stage: 'outcome', result: 'done', key });
      return { key, from, to: amount };
    } finally {
      await audit.close();
    }
  } finally {
    ledger.close();
  }
}

function checkRaise(
  config: Config,
  window: BudgetWindow,
  from: MicroUsd | null,
  to: MicroUsd,
): asserts from is MicroUsd {
  if (from === null) throw new Failure('usage', `no limit is set for a ${window}, so there is nothing to raise`);
  if (!config.accounting.mayBeRaised) {
    throw new Failure(
      'raise_refused',
      'the managed configuration lets nobody raise a limit (cost.may_be_raised); ask whoever keeps it',
    );
  }
  if (to <= from) {
    throw new Failure('usage', `the limit for this ${window} is ${limitWords(from)} already; name a higher amount`);
  }
  const ceiling = limitIn(config.cost.ceilings, window);
  if (ceiling !== null && to > ceiling) {
    throw new Failure(
      'raise_refused',
      `the managed configuration allows at most ${limitWords(ceiling)} for a ${window}; ask whoever keeps it`,
    );
  }
}

async function taskOf(workspace: string, taskOrRun: string | null): Promise<string> {
  const found = (await listRuns(workspace)).find(({ taskId, runId }) => taskOrRun === taskId || taskOrRun === runId);
  if (found !== undefined) return found.taskId;
  throw new Failure(
    'run_unknown',
    `there is no task ${taskOrRun ?? ''} in this workspace; loki cost --by task names them`,
  );
}
