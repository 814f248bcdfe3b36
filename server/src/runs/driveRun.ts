import path from 'node:path';
import type { GateResult } from '#protocol/gate';
import type { RunResult } from '#protocol/run';
import type { RunId, TaskId } from '../base/id.ts';
import { Failure } from '../base/failure.ts';
import { toUsd } from '../cost/money.ts';
import { detectTestCommand } from '../gates/testCommand.ts';
import { createPerform } from '../gateway/perform.ts';
import { sharedDependencies } from '../workspace/dependencies.ts';
import { identityFor } from '../workspace/identity.ts';
import type { Repository } from '../workspace/repository.ts';
import { createWorktree, gitIn, type Worktree } from '../workspace/worktree.ts';
import { conduct } from './conduct.ts';
import { configurationEntry } from './configurationEntry.ts';
import { finishRun } from './finishRun.ts';
import type { Rooms } from './openRooms.ts';
import { recordedApprover } from './recordedApprover.ts';
import type { RunRecord } from './runRecord.ts';
import type { EndedState, RunState, WorkingState } from './runState.ts';
import { runFolder, saveRun, takeLease } from './runStore.ts';
import type { Audience, World } from './world.ts';

export interface Drive {
  readonly world: World;
  readonly rooms: Rooms;
  readonly repository: Repository;
  readonly record: RunRecord;
  readonly audience: Audience;
}

/** Owns a run from its lease to its last entry: whatever happens in between, the record says how it ended. */
export async function driveRun(drive: Drive, from: WorkingState, signal: AbortSignal): Promise<RunResult> {
  const { world, rooms, repository, audience } = drive;
  const { workspace } = repository;
  const lease = takeLease(workspace, drive.record.runId);
  if (lease === null) throw new Failure('run_busy', `${drive.record.runId} is being worked on by another process`);
  let record = drive.record;
  let gates: readonly GateResult[] = [];
  const keep = async (changes: Partial<RunRecord>): Promise<void> => {
    record = { ...record, ...changes, updatedAt: world.clock.now().toISOString() };
    await saveRun(workspace, record);
  };
  try {
    await recordStart(drive);
    audience.opened?.(record);
    let state: EndedState;
    try {
      const worktree = record.worktree ?? (await makeWorktree(drive, signal));
      await keep({ worktree, configHash: rooms.config.hash, state: from, result: null });
      tellStart(drive, worktree);
      state = await work(drive, worktree, from, signal, async (next, reached) => {
        gates = reached;
        await keep({ state: next });
      });
    } catch (error) {
      state = endingFor(error, record.state.kind === 'working' ? record.state : from, signal);
    }
    const result = await finishRun({
      workspace,
      record,
      worktree: record.worktree,
      state,
      gates,
      config: rooms.config,
      confinement: rooms.sandbox.confinement,
      isSimulated: rooms.models.isSimulated,
      audit: rooms.audit,
      auditFolder: rooms.auditFolder,
      ledger: rooms.ledger,
      clock: world.clock,
    });
    audience.tell(result);
    return result;
  } finally {
    lease.release();
    rooms.ledger.close();
  }
}

type Keep = (state: RunState, gates: readonly GateResult[]) => Promise<void>;

async function work(
  { world, rooms, repository, record, audience }: Drive,
  worktree: Worktree,
  from: WorkingState,
  signal: AbortSignal,
  save: Keep,
): Promise<EndedState> {
  const { workspace } = repository;
  const { policy, config, sandbox, audit, ledger, models, roster, scan } = rooms;
  const folder = runFolder(workspace, record.runId);
  const dependencies = await sharedDependencies(worktree, signal);
  // What the user has installed is shown to the run; only where there is nothing to show does it have to be made.
  const needsSetUp = record.worktree === null && dependencies.length === 0;
  const approver = (await recordedApprover(rooms.scenario, worktree)) ?? audience.approver;
  return await conduct(
    {
      runId: record.runId as RunId,
      taskId: record.taskId as TaskId,
      task: record.task,
      workspace,
      worktree,
      evidenceFolder: path.join(folder, 'evidence'),
      config,
      policy,
      profile: rooms.profile,
      testCommand: config.gates.testCommand ?? (await detectTestCommand(worktree)),
      setUpCommand: needsSetUp ? config.workspaceSetup : null,
      roster,
      models,
      audit,
      ledger,
      scan,
      perform: createPerform({
        root: worktree.workspace,
        git: {
          git: gitIn(worktree),
          prefix: worktree.prefix.replace(/\/$/, ''),
          baseCommit: worktree.baseCommit,
          identity: await identityFor(gitIn(worktree), signal),
        },
        policy,
        sandbox,
        dependencies,
        quarantine: path.join(folder, 'quarantine'),
        approver,
      }),
      approver,
      clock: world.clock,
      tell: audience.tell,
      save,
    },
    from,
    signal,
  );
}

async function recordStart({ world, rooms, record }: Drive): Promise<void> {
  const ids = { runId: record.runId, taskId: record.taskId };
  const { provider, model, isSimulated } = rooms.models;
  await rooms.audit.append({
    who: world.person,
    what: record.worktree === null ? 'run_start' : 'run_resume',
    where: null,
    why: record.task,
    metadata: {
      task_id: ids.taskId,
      run_id: ids.runId,
      authenticated: false,
      provider,
      model,
      simulated: isSimulated,
      profile: record.profile,
      confinement: rooms.sandbox.confinement,
      ...(rooms.scenario === null ? {} : { scenario_sha256: rooms.scenario.sha256 }),
    },
  });
  await rooms.audit.append(configurationEntry(ids, rooms.config, rooms.policy, world.person));
}

async function makeWorktree({ world, rooms, repository, record }: Drive, signal: AbortSignal): Promise<Worktree> {
  const { runId, taskId, includesChanges } = record;
  const entry = (stage: string, more: Readonly<Record<string, unknown>>) => ({
    who: 'loki',
    what: 'worktree',
    where: `loki/${taskId}`,
    why: 'A branch and a folder of its own for the run',
    metadata: { task_id: taskId, run_id: runId, stage, ...more },
  });
  await rooms.audit.append(entry('intent', { head: repository.head, includes_changes: includesChanges }));
  const worktree = await createWorktree(
    { repository, taskId, runId, lokiHome: world.lokiHome, includeChanges: includesChanges },
    signal,
  );
  await rooms.audit.append(entry('outcome', { result: 'done', base: worktree.baseCommit }));
  return worktree;
}

function tellStart({ rooms, record, audience }: Drive, worktree: Worktree): void {
  const { maxPerTask } = rooms.config.cost;
  audience.tell({
    type: 'started',
    runId: record.runId,
    taskId: record.taskId,
    task: record.task,
    provider: rooms.models.provider,
    model: rooms.models.model,
    simulated: rooms.models.isSimulated,
    branch: worktree.branch,
    profile: record.profile,
    confinement: rooms.sandbox.confinement,
    limitUsd: maxPerTask === null ? null : toUsd(maxPerTask),
  });
}

/** A failure of the world, or a cancel that surfaced as one, ends the run in words. A bug is not caught. */
function endingFor(error: unknown, { phase, progress }: WorkingState, signal: AbortSignal): EndedState {
  if (signal.aborted) {
    return { kind: 'cancelled', phase, progress, reason: 'Cancelled; the work so far is kept on its branch' };
  }
  if (!(error instanceof Failure)) throw error;
  return { kind: 'failed', phase, progress, code: error.code, reason: error.message };
}
