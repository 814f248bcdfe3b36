import { ownWorktree } from './ownWorktree.ts';
import { listRuns, readRun, saveRun, takeLease } from './runStore.ts';
import type { Audience, World } from './world.ts';

/** Reports runs whose process died in the middle, once, and keeps them as paused so that they can be resumed. */
export async function pauseInterrupted(world: World, workspace: string, { tell }: Audience): Promise<void> {
  for (const record of await listRuns(workspace)) {
    const { runId, state } = record;
    if (state.kind !== 'working') continue;
    // A record that came with the repository is none of ours: to advertise it would be to invite its author's work.
    if ((await ownWorktree(world, workspace, record).catch(() => null)) === null) continue;
    const lease = takeLease(workspace, runId);
    // Somebody is at work on it.
    if (lease === null) continue;
    try {
      const message = await pauseOne(world, workspace, runId);
      if (message !== null) tell({ type: 'notice', level: 'warning', message });
    } finally {
      lease.release();
    }
  }
}

/** Under the run's lease. Null where the run came to its end since it was listed. */
async function pauseOne(world: World, workspace: string, runId: string): Promise<string | null> {
  const record = await readRun(workspace, runId);
  if (record.state.kind !== 'working') return null;
  const { phase, progress } = record.state;
  const where = `in cycle ${progress.cycle} (${phase})`;
  const reason = `Interrupted ${where}: its process ended without a word`;
  const updatedAt = world.clock.now().toISOString();
  await saveRun(workspace, { ...record, updatedAt, state: { kind: 'paused', phase, progress, reason } });
  return `${runId} was interrupted ${where}; its work is kept: loki resume ${runId} or loki discard ${runId}`;
}
