import { Failure } from '../base/failure.ts';
import { gitFailed, type Git } from './git.ts';
import type { Worktree } from './worktree.ts';

export type Merged =
  | {
      readonly kind: 'merged';
      readonly how: 'fast_forward' | 'merge' | 'single_commit';
      readonly tree: string;
      /** The commit that has this tree, where there already is one. */
      readonly commit: string | null;
    }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** What the user's branch would look like with a run's work in it. Touches neither files, index nor branches. */
export async function mergeTrees(
  checkout: Git,
  what: { readonly worktree: Worktree; readonly head: string; readonly runHead: string },
  signal?: AbortSignal,
): Promise<Merged> {
  const { worktree, head, runHead } = what;
  if (worktree.baseCommit !== worktree.startCommit) {
    const [ours, theirs] = await withoutTakenWork(checkout, { base: worktree.baseCommit, head, runHead }, signal);
    return await trialMerge(checkout, { ours, theirs, how: 'single_commit' }, signal);
  }
  const isAhead = await checkout.attempt(['merge-base', '--is-ancestor', head, runHead], { signal });
  if (isAhead.exitCode === 0) {
    const tree = (await checkout.text(['rev-parse', `${runHead}^{tree}`], { signal })).trim();
    return { kind: 'merged', how: 'fast_forward', tree, commit: runHead };
  }
  return await trialMerge(checkout, { ours: head, theirs: runHead, how: 'merge' }, signal);
}

/**
 * A run that took uncommitted work along started from a commit of that work. Only what the run did after it is to be
 * merged, so both sides are given that commit as their common ancestor: two commits that no branch ever holds.
 */
async function withoutTakenWork(
  checkout: Git,
  what: { readonly base: string; readonly head: string; readonly runHead: string },
  signal?: AbortSignal,
): Promise<readonly [ours: string, theirs: string]> {
  const identity = { name: 'Loki', email: 'loki@localhost' };
  const onBase = async (revision: string): Promise<string> => {
    const args = ['commit-tree', `${revision}^{tree}`, '-p', what.base];
    return (await checkout.text(args, { input: 'Trial merge\n', identity, signal })).trim();
  };
  return [await onBase(what.head), await onBase(what.runHead)];
}

async function trialMerge(
  checkout: Git,
  what: { readonly ours: string; readonly theirs: string; readonly how: 'merge' | 'single_commit' },
  signal?: AbortSignal,
): Promise<Merged> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', what.ours, what.theirs];
  const answer = await checkout.attempt(args, { signal });
  const [tree = '', ...files] = answer.stdout.toString().split('\0');
  if (answer.exitCode === 0) return { kind: 'merged', how: what.how, tree: tree.trim(), commit: null };
  if (answer.exitCode === 1) return { kind: 'conflict', files: [...new Set(files.filter((name) => name !== ''))] };
  if (/usage: git merge-tree|unknown option|unknown rev --write-tree/.test(answer.stderr)) {
    throw new Failure('git_failed', 'a trial merge needs git 2.38 or later; update git, or merge the branch yourself');
  }
  throw gitFailed(args, answer);
}
