import type { AuditRecord } from '../audit/log.ts';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { bySeverity } from '../policy/answer.ts';
import { judgeDeployment } from '../policy/policies/judgePolicies.ts';
import { acceptRun, type AcceptResult } from '../workspace/accept.ts';
import { discardRun, type DiscardResult } from '../workspace/discard.ts';
import type { Worktree } from '../workspace/worktree.ts';
import { openWorkspaceLog } from './openWorkspaceLog.ts';
import { ownWorktree } from './ownWorktree.ts';
import type { RunRecord } from './runRecord.ts';
import { saveRun, withRun } from './runStore.ts';
import type { World } from './world.ts';

export interface CloseRequest {
  readonly workspace: string;
  readonly runId: string;
}

/** Takes a finished run's work into the user's branch: a person's act of its own, recorded before and after. */
export async function acceptFinished(
  world: World,
  { workspace, runId, evenIfBlocked }: CloseRequest & { readonly evenIfBlocked: boolean },
  signal: AbortSignal,
): Promise<AcceptResult> {
  return await closing(world, workspace, runId, async (record, worktree, note) => {
    const { state } = record;
    if (state.kind !== 'finished') {
      throw new Failure(
        'run_not_acceptable',
        `${runId} is ${state.kind}, not finished: resume it first, or discard it`,
      );
    }
    if (state.verdict === 'BLOCKED' && !evenIfBlocked) {
      throw new Failure(
        'run_not_acceptable',
        `${runId} is BLOCKED (${state.reason}): start a new task that mends it, discard it, or take it all the same with --even-if-blocked`,
      );
    }
    await refuseUnverified(world, workspace, record, note);
    await note('accept', { stage: 'intent', verdict: state.verdict });
    const result = await acceptRun(worktree, runId, signal);
    await note('accept', {
      stage: 'outcome',
      result: result.kind,
      ...(result.kind === 'accepted' ? { commit: result.commit } : {}),
    });
    if (result.kind === 'accepted') await saveRun(workspace, { ...record, acceptedAs: result.commit });
    return result;
  });
}

/** `pre_deployment` of the policies: work is not accepted before these gates have passed, blocked or not. */
async function refuseUnverified(world: World, workspace: string, record: RunRecord, note: Note): Promise<void> {
  const { policy } = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  const gates = record.result?.gates ?? [];
  const passed = gates.filter(({ status }) => status === 'passed').map(({ id }) => id);
  const answers = bySeverity(judgeDeployment(policy.policies.preDeployment, passed));
  if (answers.length === 0) return;
  const [first] = answers;
  const isRefused = first?.decision === 'DENY';
  await note('accept', {
    stage: 'decision',
    decision: first?.decision,
    reason: first?.reason,
    rules: answers,
    result: isRefused ? 'refused' : 'done',
  });
  if (!isRefused) return;
  throw new Failure('run_not_acceptable', `${record.runId} is not accepted: ${first.reason}; ${first.remedy ?? ''}`);
}

/** Throws a run's work away: its worktree and its branch, nothing else. */
export async function discardWork(
  world: World,
  { workspace, runId, withForeignCommits }: CloseRequest & { readonly withForeignCommits: boolean },
): Promise<DiscardResult> {
  return await closing(world, workspace, runId, async (record, worktree, note) => {
    await note('discard', { stage: 'intent' });
    const result = await discardRun(worktree, { withForeignCommits });
    await note('discard', { stage: 'outcome', result: result.kind });
    if (result.kind === 'discarded') await saveRun(workspace, { ...record, isDiscarded: true });
    return result;
  });
}

type Note = (what: string, metadata: Readonly<Record<string, unknown>>) => Promise<void>;

async function closing<T>(
  world: World,
  workspace: string,
  runId: string,
  act: (record: RunRecord, worktree: Worktree, note: Note) => Promise<T>,
): Promise<T> {
  return await withRun(workspace, runId, async (record) => {
    const { taskId } = record;
    if (record.isDiscarded) throw new Failure('run_unknown', `${runId} was discarded already`);
    if (record.acceptedAs !== null)
      throw new Failure('run_unknown', `${runId} was accepted already, as ${record.acceptedAs.slice(0, 10)}`);
    const worktree = await ownWorktree(world, workspace, record);
    if (worktree === null) throw new Failure('run_unknown', `${runId} never had a worktree; there is nothing of it`);
    const audit = await openWorkspaceLog(world, workspace);
    try {
      return await act(record, worktree, async (what, metadata) => {
        const entry: AuditRecord = {
          who: world.person,
          what,
          where: worktree.branch,
          why: null,
          metadata: { task_id: taskId, run_id: runId, authenticated: false, ...metadata },
        };
        await audit.append(entry);
      });
    } finally {
      await audit.close();
    }
  });
}
