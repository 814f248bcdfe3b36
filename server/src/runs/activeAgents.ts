import { isInterrupted, listRuns } from './runStore.ts';

/** How many agents are at work in a workspace: a run lets one work at a time, so as many as runs that have an owner. */
export async function activeAgents(workspace: string): Promise<number> {
  const runs = await listRuns(workspace);
  return runs.filter((run) => run.state.kind === 'working' && !isInterrupted(workspace, run)).length;
}
