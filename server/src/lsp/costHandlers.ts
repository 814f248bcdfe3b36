import { costMeter, type Meter } from '#protocol/cost';
import { isAuditOff } from '../config/isAuditOff.ts';
import { loadConfig } from '../config/loadConfig.ts';
import type { Spending } from '../cost/ledger.ts';
import { toUsd, type MicroUsd } from '../cost/money.ts';
import { readSpending } from '../cost/readSpending.ts';
import { listRuns } from '../runs/runStore.ts';
import type { World } from '../runs/world.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { Rpc } from './rpc.ts';
import { isSimulated } from './runSummary.ts';

export function bindCostHandlers(rpc: Rpc, world: World): void {
  rpc.answer(costMeter, async (params) => await readMeter(world, knownWorkspace(params.workspace)));
}

/** Real money is never mixed with simulated: the meter shows the kind that the latest run spends. */
async function readMeter({ env, lokiHome, clock }: World, workspace: string): Promise<Meter> {
  const config = await loadConfig({ workspace, env, lokiHome });
  const { cost } = config;
  const latest = (await listRuns(workspace))[0] ?? null;
  const simulated = latest !== null && isSimulated(latest);
  const spending = readSpending(lokiHome, { taskId: latest?.taskId ?? null, isSimulated: simulated }, clock);
  return {
    simulated,
    task: spending.task === null ? null : windowOf(spending.task, cost.maxPerTask),
    day: windowOf(spending.day, cost.maxPerDay),
    month: windowOf(spending.month, cost.maxPerMonth),
    alertThreshold: cost.alertThreshold,
    isAuditDisabled: isAuditOff(config),
    tokens: spending.task?.tokens ?? { input: 0, output: 0 },
  };
}

function windowOf({ spent, reserved }: Spending, limit: MicroUsd | null): Meter['day'] {
  return { spentUsd: toUsd(spent), reservedUsd: toUsd(reserved), limitUsd: limit === null ? null : toUsd(limit) };
}
