import { isInterrupted, listRuns, saveRun, takeLease } from './runStore.ts';
import type { Audience, World } from './world.ts';

/** Reports runs whose process died in the middle, once, and keeps them as paused so that they can be resumed. */
export async function pauseInterrupted(world: World, workspace: string, { tell }: Audience): Promise<void> {
  for (const record of await listRuns(workspace)) {
    const { state, runId } = record;
    if (state.kind !== 'working' || !isInterrupted(workspace, record)) continue;
    const lease = takeLease(workspace, runId);
    if (lease === null) continue;
    const reason = `Interrupted in cycle ${state.progress.cycle} (${state.phase}): its process ended without a word`;
    await saveRun(workspace, {
      ...record,
      updatedAt: world.clock.now().toISOString(),
      state: { kind: 'paused', phase: state.phase, progress: state.progress, reason },
    });
    lease.release();
    tell({
      type: 'notice',
      level: 'warning',
      message: `${runId} was interrupted in cycle ${state.progress.cycle} (${state.phase}); its work is kept: loki resume ${runId} or loki discard ${runId}`,
    });
  }
}
