import path from 'node:path';
import type { GateResult } from '#protocol/gate';
import type { RunResult } from '#protocol/run';
import { visibleLine } from '#protocol/visible';
import type { RunId, TaskId } from '../base/id.ts';
import { toUsd } from '../cost/money.ts';
import { detectTestCommand } from '../gates/testCommand.ts';
import type { ApprovalMemory } from '../gateway/approvalMemory.ts';
import { openApprovalMemory } from './openApprovalMemory.ts';
import { openServices } from '../gateway/openServices.ts';
import { createPerform } from '../gateway/perform.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';
import { changedFiles } from '../workspace/changes.ts';
import { openCheckout } from '../workspace/checkout.ts';
import { sharedDependencies } from '../workspace/dependencies.ts';
import { identityFor } from '../workspace/identity.ts';
import type { Repository } from '../workspace/repository.ts';
import { createWorktree, gitIn, type Worktree } from '../workspace/worktree.ts';
import { redactTextsSync } from '../scan/redactTexts.ts';
import { conduct, type RunParts } from './conduct.ts';
import { configurationEntry } from './configurationEntry.ts';
import { estimateRun } from './estimateRun.ts';
import { endingFor, isBug } from './endingFor.ts';
import { finishRun } from './finishRun.ts';
import type { Rooms } from './openRooms.ts';
import { reconcileLedger } from './reconcileLedger.ts';
import { recordedApprover } from './recordedApprover.ts';
import type { RunRecord } from './runRecord.ts';
import type { EndedState, WorkingState } from './runState.ts';
import { runFolder, saveRun } from './runStore.ts';
import { unknownGroups } from './unknownGroups.ts';
import type { Audience, World } from './world.ts';

export interface Drive {
  readonly world: World;
  readonly rooms: Rooms;
  readonly repository: Repository;
  readonly record: RunRecord;
  readonly audience: Audience;
  /** The MCP servers that the user has agreed to start. */
  readonly services: readonly ServiceSettings[];
  /** What the project asks for counts as agreed to (`--trust`). */
  readonly isTrusted: boolean;
}

/**
 * Drives a run to its last entry; the caller holds its lease and closes the rooms. Whatever happens in between, also
 * when the log takes no entry any more, the record says how the run ended.
 */
export async function driveRun(drive: Drive, from: WorkingState, signal: AbortSignal): Promise<RunResult> {
  const { world, rooms, repository, audience } = drive;
  const { workspace } = repository;
  let record = drive.record;
  let gates: readonly GateResult[] = [];
  const keep = async (changes: Partial<RunRecord>): Promise<void> => {
    record = { ...record, ...changes, updatedAt: world.clock.now().toISOString() };
    await saveRun(workspace, record);
  };
  const keepEnding = async (thrown: unknown, { phase, progress }: Place): Promise<EndedState> => {
    const state = endingFor(thrown, phase, progress, signal);
    // Where this fails as well, the first error is the one to tell.
    await keep({ state }).catch(() => undefined);
    // A bug is kept like any other end, but never caught to carry on.
    if (isBug(thrown)) throw thrown;
    return state;
  };
  let state: EndedState;
  try {
    await recordStart(drive);
    audience.opened?.(record);
    const worktree = record.worktree ?? (await makeWorktree(drive, signal, keep));
    await keep({ configHash: rooms.config.hash, state: from, result: null });
    await tellStart(drive, worktree);
    const keeping: Omit<Keeping, 'memory'> = {
      save: async (next, reached) => {
        gates = reached;
        await keep({ state: next });
      },
      keepSetUp: async (setUpFiles) => await keep({ setUpFiles: [...setUpFiles] }),
    };
    const memory = openApprovalMemory(world, record.runId as RunId);
    try {
      tellOpenQuestions(memory, audience);
      state = await work(drive, worktree, from, signal, { ...keeping, memory });
    } finally {
      memory.close();
    }
  } catch (error) {
    state = await keepEnding(error, record.state.kind === 'working' ? record.state : from);
  }
  try {
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
      isAuditDisabled: rooms.isAuditDisabled,
      lokiHome: world.lokiHome,
      ledger: rooms.ledger,
      clock: world.clock,
    });
    tellWithoutSecrets(audience)(result);
    return result;
  } catch (error) {
    await keepEnding(error, state.kind === 'finished' ? { phase: 'verify', progress: state.progress } : state);
    throw error;
  }
}

type Place = Pick<WorkingState, 'phase' | 'progress'>;

/** What is kept of the run while it works. */
type Keeping = Pick<RunParts, 'save' | 'keepSetUp' | 'memory'>;

async function work(
  { world, rooms, repository, record, audience, services: settings, isTrusted }: Drive,
  worktree: Worktree,
  from: WorkingState,
  signal: AbortSignal,
  keeping: Keeping,
): Promise<EndedState> {
  const { workspace } = repository;
  const { policy, config, sandbox, audit, ledger, models, roster, scan, withheld } = rooms;
  const folder = runFolder(workspace, record.runId);
  const dependencies = await sharedDependencies(worktree, signal);
  // What the user has installed is shown to the run; only where there is nothing to show does it have to be made.
  const needsSetUp = record.setUpFiles === null && dependencies.length === 0;
  const approver = (await recordedApprover(rooms.scenario, worktree)) ?? audience.approver;
  const quarantine = path.join(folder, 'quarantine');
  const root = worktree.workspace;
  const services =
    settings.length === 0
      ? null
      : openServices({ settings, env: world.env, withheld, root, policy, sandbox, dependencies, quarantine });
  const run = conduct(
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
      setUpFiles: record.setUpFiles ?? [],

      roster,
      models,
      audit,
      ledger,
      scan,
      perform: createPerform({
        root,
        git: {
          git: gitIn(worktree),
          prefix: worktree.prefix.replace(/\/$/, ''),
          baseCommit: worktree.baseCommit,
          identity: await identityFor(gitIn(worktree), signal),
        },
        policy,
        sandbox,
        dependencies,
        quarantine,
        approver,
        services: services ?? undefined,
      }),
      services: services === null ? null : { settings, services, lokiHome: world.lokiHome, isTrusted },
      approver,
      webhookSecret: world.env['LOKI_WEBHOOK_SECRET'] || null,
      clock: world.clock,
      person: world.person,
      tell: tellWithoutSecrets(audience),
      ...keeping,
    },
    from,
    signal,
  );
  // However the run ends, its servers end with it.
  try {
    return await run;
  } finally {
    await services?.close();
  }
}

/** The run was stopped while a person was asked: the question comes again when its agent does. */
function tellOpenQuestions(memory: ApprovalMemory, { tell }: Audience): void {
  for (const { agent, title } of memory.openQuestions()) {
    tell({
      type: 'notice',
      level: 'info',
      message: `Nobody had answered when the run stopped, so it is asked again when ${agent} gets there: ${visibleLine(title, 120)}`,
    });
  }
}

/** A path, a finding of a gate, a reason: what a run tells goes to a terminal, an editor, a file. */
function tellWithoutSecrets({ tell }: Audience): Audience['tell'] {
  return (event) => tell(redactTextsSync(event));
}

async function recordStart({ world, rooms, repository, record, audience }: Drive): Promise<void> {
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
  await reconcileLedger({ world, rooms, workspace: repository.workspace, ...ids, tell: audience.tell });
}

async function makeWorktree(
  { world, rooms, repository, record }: Drive,
  signal: AbortSignal,
  keep: (made: Pick<RunRecord, 'worktree'>) => Promise<void>,
): Promise<Worktree> {
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
  // At once: a worktree that no record names could be neither resumed nor discarded.
  await keep({ worktree });
  await rooms.audit.append(entry('outcome', { result: 'done', base: worktree.baseCommit }));
  return worktree;
}

async function tellStart({ world, rooms, repository, record, audience }: Drive, worktree: Worktree): Promise<void> {
  const uncommitted = await changedFiles(await openCheckout(repository.workspace));
  const { taskId } = record;
  const limit = rooms.ledger.limitOf('task', taskId, rooms.config.cost);
  const { likelyUsd, worstUsd } = await estimateRun(world, {
    workspace: repository.workspace,
    provider: record.provider,
    taskId,
  });
  audience.tell({
    type: 'started',
    runId: record.runId,
    taskId: record.taskId,
    task: record.task,
    provider: rooms.models.provider,
    model: rooms.models.model,
    simulated: rooms.models.isSimulated,
    branch: worktree.branch,
    start: {
      branch: repository.branch,
      commit: worktree.startCommit,
      uncommitted: uncommitted.length,
      isIncluded: record.includesChanges,
    },
    profile: record.profile,
    confinement: rooms.sandbox.confinement,
    limitUsd: limit === null ? null : toUsd(limit),
    estimate: { likelyUsd, worstUsd },
  });
  const unknown = unknownGroups(rooms.config.cost, rooms.roster, Object.keys(rooms.config.models.providers));
  if (unknown !== null) audience.tell({ type: 'notice', level: 'warning', message: unknown });
}
