import { costGrouping, costMeter, costRaise, costRead, type CostState, type Meter } from '#protocol/cost';
import { isAuditOff } from '../config/isAuditOff.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { shownAmount } from '../cost/budgetUnit.ts';
import { groupWords, readGroup } from '../cost/groupWords.ts';
import { toUsd } from '../cost/money.ts';
import { projectPath } from '../cost/projectPath.ts';
import { readBurnDown } from '../cost/readBurnDown.ts';
import { readGroups } from '../cost/readGroups.ts';
import { readSpending } from '../cost/readSpending.ts';
import { costReport } from '../cost/report.ts';
import { tokensShown } from '../cost/tokensShown.ts';
import { calendarOf } from '../cost/windowKey.ts';
import { startOf } from '../cost/windowSpan.ts';
import { raiseLimit } from '../runs/raiseLimit.ts';
import { listRuns } from '../runs/runStore.ts';
import type { World } from '../runs/world.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import { meterWindow } from './meterWindow.ts';
import type { Rpc } from './rpc.ts';
import { isSimulated } from './runSummary.ts';
import type { Trust } from './trust.ts';

export function bindCostHandlers(rpc: Rpc, world: World, trust: Trust): void {
  rpc.answer(costMeter, async (params) => await readMeter(world, knownWorkspace(params.workspace)));
  rpc.answer(costRead, async (params) => await readCost(world, knownWorkspace(params.workspace)));
  rpc.answer(costRaise, async (params) => {
    const { window, runId, unit = 'usd', to } = params;
    trust.demand();
    const workspace = knownWorkspace(params.workspace);
    const group = params.group === undefined || params.group === null ? null : readGroup(params.group);
    const raised = await raiseLimit(world, { workspace, window, taskOrRun: runId, group, unit, to });
    return { from: shownAmount(unit, raised.from), to: shownAmount(unit, raised.to) };
  });
}

/** Real money is never mixed with simulated: what is shown is the kind that the latest run spends. */
async function look({ env, lokiHome, clock }: World, workspace: string) {
  const config = await loadConfig({ workspace, env, lokiHome });
  const latest = (await listRuns(workspace))[0] ?? null;
  const simulated = latest !== null && isSimulated(latest);
  const { timeZone } = config.accounting;
  const query = { taskId: latest?.taskId ?? null, isSimulated: simulated, timeZone };
  const spending = readSpending(lokiHome, query, clock);
  const reading = { limits: config.cost, calendar: calendarOf(timeZone), now: clock.now() };
  const { task, day, month, rates } = spending;
  // What is over goes nowhere any more.
  const taskRate = latest?.state.kind === 'working' ? rates.task : 0;
  const windows = {
    task: task === null ? null : meterWindow(task, taskRate, reading),
    day: meterWindow(day, rates.all, reading),
    month: meterWindow(month, rates.all, reading),
  };
  return { config, latest, simulated, spending, reading, windows };
}

async function readMeter(world: World, workspace: string): Promise<Meter> {
  const { config, simulated, spending, windows } = await look(world, workspace);
  return {
    simulated,
    ...windows,
    alertThreshold: config.cost.alertThreshold,
    isAuditDisabled: isAuditOff(config),
    tokens:
      spending.task === null
        ? { input: 0, output: 0 }
        : tokensShown(spending.task.measured, { spent: spending.task.tokensSpent }),
    agents: spending.agents.map(({ agent, spent }) => ({ agent, costUsd: toUsd(spent) })),
  };
}

async function readCost(world: World, workspace: string): Promise<CostState> {
  const { lokiHome } = world;
  const { config, latest, simulated, spending, reading, windows } = await look(world, workspace);
  const shown = [spending.task, spending.day, spending.month].filter((state) => state !== null);
  const points = readBurnDown(lokiHome, shown, simulated);
  const project = projectPath(workspace);
  const reports = costGrouping.options.map((by) => ({ by, report: costReport(lokiHome, { by, project }) }));
  const keys = { task: spending.task?.key ?? '', day: spending.day.key, month: spending.month.key };
  return {
    simulated,
    at: reading.now.toISOString(),
    alertThreshold: config.cost.alertThreshold,
    windows: shown.map((state, index) => ({
      window: state.window,
      key: state.key,
      state: windows[state.window] ?? windows.day,
      startsAt:
        state.window === 'task'
          ? (latest?.startedAt ?? reading.now.toISOString())
          : startOf(state.key, reading.calendar).toISOString(),
      points: (points[index] ?? []).map(({ at, spent }) => ({ at, spentUsd: toUsd(spent) })),
    })),
    groups: readGroups(lokiHome, keys, simulated, config.cost.groups).map(({ group, window, spent, limit }) => ({
      group: groupWords(group),
      window,
      spentUsd: toUsd(spent),
      limitUsd: toUsd(limit),
    })),
    breakdowns: reports.map(({ by, report }) => ({ by, rows: report.rows })),
    totalUsd: reports[0]?.report.totalUsd ?? 0,
    simulatedUsd: reports[0]?.report.simulatedUsd ?? 0,
  };
}
