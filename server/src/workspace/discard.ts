import type { Git } from './git.ts';
import { runTrailer } from './changes.ts';
import { git } from './git.ts';
import { hasWorktree, removeWorktree, type Worktree } from './worktree.ts';

export type DiscardResult =
  | {
      readonly kind: 'discarded';
      /** What was removed; null where it was gone already. */
      readonly path: string | null;
      readonly branch: string | null;
      /** The commit the branch was at: `git branch <name> <commit>` brings it back while git keeps it. */
      readonly commit: string | null;
    }
  /** Nothing was removed: the branch holds commits that the run did not make and that are nowhere else. */
  | {
      readonly kind: 'foreign_commits';
      readonly branch: string;
      readonly commits: readonly { readonly commit: string; readonly subject: string }[];
    }
  /** Nothing was removed: the branch is checked out in another folder. */
  | { readonly kind: 'in_use'; readonly branch: string; readonly at: string };

/**
 * Removes the worktree and the branch of a run, and nothing else. Commits of other people on that branch stop it,
 * unless `withForeignCommits` says that they may go too.
 */
export async function discardRun(
  worktree: Worktree,
  options: { readonly withForeignCommits?: boolean } = {},
): Promise<DiscardResult> {
  const { branch } = worktree;
  const checkout = git(worktree.root);
  const head = await checkout.attempt(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`]);
  const commit = head.exitCode === 0 ? head.stdout.toString().trim() : null;
  if (commit !== null) {
    const at = await otherCheckout(checkout, worktree);
    if (at !== null) return { kind: 'in_use', branch, at };
    const commits = await foreignCommits(checkout, worktree);
    if (commits.length > 0 && options.withForeignCommits !== true) return { kind: 'foreign_commits', branch, commits };
  }
  const wasThere = await hasWorktree(worktree);
  await removeWorktree(worktree);
  if (commit !== null) await checkout.text(['update-ref', '-d', `refs/heads/${branch}`, commit]);
  return {
    kind: 'discarded',
    path: wasThere ? worktree.path : null,
    branch: commit === null ? null : branch,
    commit,
  };
}

/** Another folder where the run's branch is checked out; deleting it there would leave that checkout without a commit. */
async function otherCheckout(checkout: Git, worktree: Worktree): Promise<string | null> {
  const fields = (await checkout.text(['worktree', 'list', '--porcelain', '-z'])).split('\0');
  let folder = '';
  for (const field of fields) {
    if (field.startsWith('worktree ')) folder = field.slice('worktree '.length);
    if (field === `branch refs/heads/${worktree.branch}` && folder !== worktree.path) return folder;
  }
  return null;
}

async function foreignCommits(
  checkout: Git,
  worktree: Worktree,
): Promise<readonly { readonly commit: string; readonly subject: string }[]> {
  const fields = await checkout.text([
    'log',
    `--format=%H%x00%s%x00%(trailers:key=${runTrailer},valueonly,separator=%x2C)%x00`,
    `refs/heads/${worktree.branch}`,
    '--not',
    worktree.baseCommit,
    `--exclude=${worktree.branch}`,
    '--branches',
    '--remotes',
    '--tags',
  ]);
  const parts = fields.split('\0');
  const commits: { commit: string; subject: string }[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [commit = '', subject = '', trailer = ''] = parts.slice(at, at + 3);
    if (trailer.trim() === '') commits.push({ commit: commit.trim(), subject });
  }
  return commits;
}
