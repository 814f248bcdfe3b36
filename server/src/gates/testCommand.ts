import { filesAt, readFileAt } from '../workspace/changes.ts';
import type { Worktree } from '../workspace/worktree.ts';
import { findTestDefinition, type ProjectFiles } from './testDefinition.ts';

/** The command that runs the project's tests, found out from what the run started from; null when nothing says so. */
export async function detectTestCommand(worktree: Worktree, signal?: AbortSignal): Promise<string | null> {
  return (await findTestDefinition(await filesAtStart(worktree, signal), null))?.command ?? null;
}

/** The project as it was when the run started: no change of the run's reaches it. */
export async function filesAtStart(worktree: Worktree, signal?: AbortSignal): Promise<ProjectFiles> {
  const { baseCommit } = worktree;
  return {
    names: await filesAt(worktree, baseCommit, signal),
    read: async (name) => (await readFileAt(worktree, baseCommit, name, signal))?.toString() ?? null,
  };
}
