import type * as z from 'zod/mini';
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

export type Estimate = z.input<typeof runEstimate.result>;

/** What the next run may cost, from those that ended in this workspace with the same provider. The limits hold anyway. */
export async function estimateRun(world: World, workspace: string, provider: string | null): Promise<Estimate> {
  const { env, lokiHome } = world;
  const config = await readable(async () => await loadConfig({ workspace, env, lokiHome }));
  const records = await listRuns(workspace);
  const named = provider ?? config?.models.provider ?? records[0]?.provider ?? null;
  const costs = records
    .filter((record) => record.provider === named && record.result !== null && record.result.cycles > 0)
    .slice(0, lookBack)
    .map(({ result }) => result?.costUsd ?? 0)
    .sort((a, b) => a - b);
  const simulated = named === 'demo';
  return {
    likelyUsd: costs[Math.floor(costs.length / 2)] ?? null,
    worstUsd: (config === null ? null : await affordable(world, config, simulated)) ?? costs.at(-1) ?? null,
    basedOn: costs.length,
    simulated,
  };
}

/** The most that a new task can spend: its own limit, or what is left of the day or the month where that is less. */
async function affordable({ lokiHome, clock }: World, config: Config, isSimulated: boolean): Promise<number | null> {
  const { cost, accounting } = config;
  const spending = await readable(async () =>
    readSpending(lokiHome, { taskId: null, isSimulated, timeZone: accounting.timeZone }, clock),
  );
  const left = [cost.maxPerTask];
  for (const window of spending === null ? [] : ([spending.day, spending.month] as const)) {
    const limit = effectiveLimit(cost, window.window, window.raisedTo);
    if (limit !== null) left.push(microUsd(Math.max(0, limit - window.spent - window.reserved)));
  }
  const least = left.filter((amount) => amount !== null).sort((a, b) => a - b)[0];
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
