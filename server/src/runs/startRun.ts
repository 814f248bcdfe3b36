import type { RunResult } from '#protocol/run';
import { newRunId, newTaskId } from '../base/id.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { redactSecrets } from '../scan/redact.ts';
import { openRepository } from '../workspace/repository.ts';
import { confirmServices } from './confirmServices.ts';
import { confirmWishes } from './confirmWishes.ts';
import { driveRun } from './driveRun.ts';
import { openRooms, type Rooms } from './openRooms.ts';
import { pauseInterrupted } from './pauseInterrupted.ts';
import type { RunRecord } from './runRecord.ts';
import { firstState } from './runState.ts';
import { prepareStateFolder, saveRun, withLease } from './runStore.ts';
import { validTask } from './validTask.ts';
import type { Audience, StartRequest, World } from './world.ts';

/**
 * Runs a task from its words to a result. What can be missing (the task, a repository, a readable configuration, a
 * model with its key and price) is a `Failure` before anything is made.
 */
export async function startRun(
  world: World,
  request: StartRequest,
  audience: Audience,
  signal: AbortSignal,
): Promise<RunResult> {
  // Redacted at the door: the task is kept, shown and sent for as long as the run is known.
  const task = await redactSecrets(validTask(request.task));
  const repository = await openRepository(request.workspace, signal);
  const { workspace } = repository;
  const config = await loadConfig({ workspace, env: world.env, lokiHome: world.lokiHome });
  await confirmWishes(world.lokiHome, config, request.isTrusted, audience.approver, signal);
  const { isTrusted } = request;
  const services = await confirmServices(world.lokiHome, config, isTrusted, audience, signal);
  await prepareStateFolder(workspace);
  await pauseInterrupted(world, workspace, audience);

  const rooms = await openRooms(world, workspace, config, request);
  try {
    const record = newRecord(world, request, task, rooms);
    // The lease comes first: a record that says "working" and has no owner looks like a run that was interrupted.
    return await withLease(workspace, record.runId, async () => {
      await saveRun(workspace, record);
      return await driveRun({ world, rooms, repository, record, audience, services, isTrusted }, firstState, signal);
    });
  } finally {
    await rooms.close();
  }
}

function newRecord(world: World, request: StartRequest, task: string, rooms: Rooms): RunRecord {
  const startedAt = world.clock.now().toISOString();
  return {
    version: 1,
    runId: newRunId(),
    taskId: newTaskId(),
    task,
    startedAt,
    updatedAt: startedAt,
    provider: rooms.models.provider,
    model: request.model ?? null,
    scenario: rooms.scenario === null ? null : (request.scenario ?? rooms.scenario.name),
    profile: rooms.profile.name,
    worktree: null,
    includesChanges: request.includeChanges,
    setUpFiles: null,
    configHash: rooms.config.hash,
    state: firstState,
    result: null,
    acceptedAs: null,
    isDiscarded: false,
  };
}
