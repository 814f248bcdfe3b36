import type * as z from 'zod/mini';
import type { runEstimate } from '#protocol/task';
import { Failure } from '../base/failure.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { toUsd } from '../cost/money.ts';
import { listRuns } from '../runs/runStore.ts';
import type { World } from '../runs/world.ts';

/** How many runs are looked back at: prices and projects change. */
const lookBack = 20;

/** What the next run may cost, from those that ended in this workspace with the same provider. The limit holds anyway. */
export async function estimateRun(
  { env, lokiHome }: World,
  workspace: string,
  provider: string | null,
): Promise<z.input<typeof runEstimate.result>> {
  const config = await readable(async () => await loadConfig({ workspace, env, lokiHome }));
  const records = await listRuns(workspace);
  const named = provider ?? config?.models.provider ?? records[0]?.provider ?? null;
  const costs = records
    .filter((record) => record.provider === named && record.result !== null && record.result.cycles > 0)
    .slice(0, lookBack)
    .map(({ result }) => result?.costUsd ?? 0)
    .sort((a, b) => a - b);
  const limit = config?.cost.maxPerTask ?? null;
  const most = costs.at(-1) ?? null;
  return {
    likelyUsd: costs[Math.floor(costs.length / 2)] ?? null,
    worstUsd: limit === null ? most : toUsd(limit),
    basedOn: costs.length,
    simulated: named === 'demo',
  };
}

/** An estimate is not the place to report a broken configuration: the start of the task is. */
async function readable(load: () => Promise<Config>): Promise<Config | null> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
