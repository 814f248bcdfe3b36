import { gitOf, openRepository } from './repository.ts';
import type { Worktree } from './worktree.ts';

/**
 * The user's own checkout, seen as a worktree that started at its HEAD: for gates that look at it as it is. It is
 * never written to, accepted or removed.
 */
export async function openCheckout(workspace: string, signal?: AbortSignal): Promise<Worktree> {
  const repository = await openRepository(workspace, signal);
  const gitDir = await gitOf(repository).text(['rev-parse', '--absolute-git-dir'], { signal });
  return {
    root: repository.root,
    prefix: repository.prefix,
    path: repository.root,
    workspace: repository.workspace,
    gitDir: gitDir.replace(/\n$/, ''),
    branch: repository.branch ?? 'HEAD',
    startCommit: repository.head,
    baseCommit: repository.head,
  };
}
