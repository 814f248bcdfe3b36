import type { NumberedEvent, RunSummary } from '#protocol/task';
import { Failure } from '../base/failure.ts';
import { projectPath } from '../cost/projectPath.ts';
import { costReport } from '../cost/report.ts';
import { readFirstRunEvents, readRunEvents } from '../runs/runEvents.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import { isInterrupted, listRuns, readRun } from '../runs/runStore.ts';
import type { World } from '../runs/world.ts';
import { redactSync } from '../scan/redact.ts';
import { redactTexts } from './redactEvent.ts';
import { isSimulated, summaryOf } from './runSummary.ts';

/** All runs of a workspace by what is kept of them, the latest first. */
export async function readSummaries(world: World, workspace: string): Promise<readonly RunSummary[]> {
  const records = await listRuns(workspace);
  const costs = costsOf(world, workspace);
  return await Promise.all(records.map(async (record) => await summarize(workspace, record, costs)));
}

/** One run by what is kept of it; `run_unknown` where there is none. */
export async function readSummary(world: World, workspace: string, runId: string): Promise<RunSummary> {
  return await summarize(workspace, await readRun(workspace, runId), costsOf(world, workspace));
}

/** The events of a run that are kept. */
export async function readEvents(workspace: string, runId: string): Promise<readonly NumberedEvent[]> {
  return await readRunEvents(workspace, runId);
}

type Costs = (record: RunRecord) => number;

async function summarize(workspace: string, record: RunRecord, costOf: Costs): Promise<RunSummary> {
  const summary = summaryOf(record, {
    workspace,
    isInterrupted: isInterrupted(workspace, record),
    costUsd: record.result?.costUsd ?? costOf(record),
    limitUsd: await limitOf(workspace, record),
  });
  // What is kept for going on with a run is kept as it was said; what is shown has no secrets.
  return await redactTexts(summary, redactSync);
}

/** The limit that the run was told at its start; another one may govern by now. */
async function limitOf(workspace: string, { runId }: RunRecord): Promise<number | null> {
  for (const { event } of await readFirstRunEvents(workspace, runId)) {
    if (event.type === 'started') return event.limitUsd;
  }
  return null;
}

/** What runs without a result have spent; a ledger that cannot be read costs a list nothing but the number. */
function costsOf({ lokiHome }: World, workspace: string): Costs {
  try {
    const { rows } = costReport(lokiHome, { by: 'task', project: projectPath(workspace) });
    const spent = new Map(rows.map((row) => [`${row.key} ${row.simulated}`, row.costUsd]));
    return (record) => spent.get(`${record.taskId} ${isSimulated(record)}`) ?? 0;
  } catch (error) {
    if (error instanceof Failure) return () => 0;
    throw error;
  }
}
