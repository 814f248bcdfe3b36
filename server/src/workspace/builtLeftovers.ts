import { uncommittedFolderOf } from '../base/dependencyFolders.ts';
import { gitIn, inWorkspace, type Worktree } from './worktree.ts';

/** The folders of installed or built things that no commit of the run takes up and that no `.gitignore` names. */
export async function builtLeftovers(worktree: Worktree, signal?: AbortSignal): Promise<readonly string[]> {
  const names = await gitIn(worktree).names(['ls-files', '-z', '--others', '--exclude-standard'], { signal });
  const folders = new Set(names.flatMap((name) => uncommittedFolderOf(name) ?? []));
  return [...folders].map((folder) => inWorkspace(worktree, folder)).sort();
}
