import { hiddenPaths, isProtected } from '../policy/visibility.ts';
import type { Policy } from '../policy/policy.ts';
import type { Enclosure } from '../sandbox/confinement.ts';
import { filesAt } from '../workspace/changes.ts';
import { dependencyFolders } from '../workspace/dependencies.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Worktree } from '../workspace/worktree.ts';

/** What the commands of a run may see: denied paths hidden, names that govern agents read-only, dependencies shown. */
export async function enclosureFor(repository: Repository, worktree: Worktree, policy: Policy): Promise<Enclosure> {
  const files = await filesAt(worktree, worktree.baseCommit);
  return {
    workspace: worktree.workspace,
    hidden: hiddenPaths(policy, files),
    readOnly: files.filter((file) => isProtected(file)),
    dependencies: await dependencyFolders(repository, worktree),
  };
}
