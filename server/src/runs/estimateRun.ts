import type * as z from 'zod/mini';
import type { RunResult } from '#protocol/run';
import type { runEstimate } from '#protocol/task';
import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { effectiveLimit } from '../cost/budget.ts';
import { microUsd, toUsd } from '../cost/money.ts';
import { readSpending } from '../cost/readSpending.ts';
import { listRuns } from './runStore.ts';
import type { World } from './world.ts';

/** How many runs are looked back at: prices and projects change. */
const lookBack = 20;

export interface EstimateQuery {
  readonly workspace: string;
  readonly provider: string | null;
  /** The task, where it has begun. */
  readonly taskId?: string;
}

export type Estimate = z.input<typeof runEstimate.result>;

/**
 * What a task may cost: likely, from those that ended in this workspace with the same provider, and at most, from the
 * limits alone. A task that has begun is taken whole, with the limit that a person has raised it to.
 */
export async function estimateRun(world: World, { workspace, provider, taskId }: EstimateQuery): Promise<Estimate> {
  const { env, lokiHome } = world;
  const config = await readable(async () => await loadConfig({ workspace, env, lokiHome }));
  const records = await listRuns(workspace);
  const named = provider ?? config?.models.provider ?? records[0]?.provider ?? null;
  const costs = records
    .filter((record) => record.provider === named)
    .flatMap(({ result }) => (result !== null && isTelling(result) ? [result.costUsd] : []))
    .slice(0, lookBack)
    .sort((a, b) => a - b);
  const simulated = named === 'demo';
  return {
    likelyUsd: costs[Math.floor(costs.length / 2)] ?? null,
    worstUsd: config === null ? null : await affordable(world, config, taskId ?? null, simulated),
    basedOn: costs.length,
    simulated,
  };
}

/** What stopped before a model was asked says nothing of what tasks cost. */
function isTelling({ status, costUsd }: RunResult): boolean {
  return status === 'finished' || costUsd > 0;
}

/** The most that a task can spend: its own limit, or what the day or the month leaves to it where that is less. */
async function affordable(
  { lokiHome, clock }: World,
  { cost, accounting }: Config,
  taskId: string | null,
  isSimulated: boolean,
): Promise<number | null> {
  const spending = await readable(async () =>
    readSpending(lokiHome, { taskId, isSimulated, timeZone: accounting.timeZone }, clock),
  );
  const own = spending?.task ?? null;
  const most = [effectiveLimit(cost, 'task', own?.raisedTo ?? null)];
  for (const window of spending === null ? [] : ([spending.day, spending.month] as const)) {
    const limit = effectiveLimit(cost, window.window, window.raisedTo);
    const left = limit === null ? null : Math.max(0, limit - window.spent - window.reserved);
    most.push(left === null ? null : microUsd(left + (own?.spent ?? 0)));
  }
  const least = most.filter((amount) => amount !== null).sort((a, b) => a - b)[0];
  return least === undefined ? null : toUsd(least);
}

/** An estimate is not the place to report what is broken: the start of the task is. */
async function readable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
