import type { RunSummary } from '#protocol/task';
import type { RunRecord } from '../runs/runRecord.ts';

/** What a summary needs beside the run's own record. */
export interface SummaryFacts {
  /** As the client names the folder. */
  readonly workspace: string;
  /** The record says that it works, and nobody holds its lease. */
  readonly isInterrupted: boolean;
  readonly costUsd: number;
  readonly limitUsd: number | null;
}

/** Where a run stands by what is kept of it. */
export function summaryOf(record: RunRecord, facts: SummaryFacts): RunSummary {
  const { runId, taskId, task, startedAt, provider, worktree, result } = record;
  return {
    runId,
    taskId,
    workspace: facts.workspace,
    task,
    startedAt,
    ...standing(record, facts),
    branch: worktree?.branch ?? null,
    provider,
    simulated: isSimulated(record),
    costUsd: result?.costUsd ?? facts.costUsd,
    limitUsd: facts.limitUsd,
    result,
    outcome: record.acceptedAs !== null ? 'accepted' : record.isDiscarded ? 'discarded' : 'open',
  };
}

/** Only the demo provider plays scenarios, and only its money is simulated. */
export function isSimulated({ provider }: Pick<RunRecord, 'provider'>): boolean {
  return provider === 'demo';
}

function standing({ state }: RunRecord, { isInterrupted }: SummaryFacts): Pick<RunSummary, 'state' | 'reason'> {
  if (state.kind !== 'working') return { state: state.kind, reason: state.reason };
  if (!isInterrupted) return { state: 'working', reason: null };
  return {
    state: 'interrupted',
    reason: `Interrupted in cycle ${state.progress.cycle} (${state.phase}): its process ended without a word; its work is kept`,
  };
}
