import type { RunResult } from '#protocol/run';
import { Failure } from '../base/failure.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { openRepository } from '../workspace/repository.ts';
import { hasWorktree, type Worktree } from '../workspace/worktree.ts';
import { confirmServices } from './confirmServices.ts';
import { confirmWishes } from './confirmWishes.ts';
import { driveRun } from './driveRun.ts';
import { openRooms } from './openRooms.ts';
import { ownWorktree } from './ownWorktree.ts';
import type { RunRecord } from './runRecord.ts';
import type { WorkingState } from './runState.ts';
import { withRun } from './runStore.ts';
import type { Audience, World } from './world.ts';

/** Goes on with a run that was paused, cancelled, interrupted or failed, at the phase it stopped in. */
export async function resumeRun(
  world: World,
  request: { readonly workspace: string; readonly runId: string; readonly isTrusted: boolean },
  audience: Audience,
  signal: AbortSignal,
): Promise<RunResult> {
  const repository = await openRepository(request.workspace, signal);
  const { workspace } = repository;
  return await withRun(workspace, request.runId, async (record) => {
    const from = await resumable(record, await ownWorktree(world, workspace, record));
    const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
    await confirmWishes(world.lokiHome, config, request.isTrusted, audience.approver, signal);
    const { isTrusted } = request;
    const services = await confirmServices(world.lokiHome, config, isTrusted, audience, signal);
    if (config.hash !== record.configHash) {
      audience.tell({
        type: 'notice',
        level: 'info',
        message: 'The configuration has changed since; the new one governs',
      });
    }
    const rooms = await openRooms(world, workspace, config, {
      provider: record.provider,
      model: record.model ?? undefined,
      scenario: record.scenario ?? undefined,
      profile: record.profile,
    });
    try {
      return await driveRun({ world, rooms, repository, record, audience, services, isTrusted }, from, signal);
    } finally {
      await rooms.close();
    }
  });
}

async function resumable(record: RunRecord, worktree: Worktree | null): Promise<WorkingState> {
  const { state, runId } = record;
  if (state.kind === 'finished') {
    throw new Failure('run_not_acceptable', `${runId} is finished (${state.verdict}); accept or discard it`);
  }
  if (record.isDiscarded || record.acceptedAs !== null || (worktree !== null && !(await hasWorktree(worktree)))) {
    throw new Failure('run_unknown', `the worktree of ${runId} is gone, so it cannot go on; start the task again`);
  }
  // Nothing of ours vouches for such a record: its task could be the words of whoever wrote the repository.
  if (worktree === null) throw new Failure('run_unknown', `${runId} never had a worktree; start the task again`);
  return { kind: 'working', phase: state.phase, progress: state.progress };
}
