import { Failure } from '../base/failure.ts';
import { gitFailed, type Git } from './git.ts';
import { identityFor } from './identity.ts';
import { isLokiState } from './lokiState.ts';
import { mergeTrees } from './mergeTrees.ts';
import { operationInProgress, overlapWith } from './overlap.ts';
import { fromWorkspace, gitOf, openRepository, type Repository } from './repository.ts';
import { fileChanges, runTrailer } from './changes.ts';
import { hasWorktree, removeWorktree, type Worktree } from './worktree.ts';

/** Paths are as the workspace sees them. */
export type AcceptResult =
  | {
      readonly kind: 'accepted';
      /** `single_commit`: the run took uncommitted work along, which stays uncommitted; only its own work is committed. */
      readonly how: 'fast_forward' | 'merge' | 'single_commit';
      /** The commit the user's branch is at now. */
      readonly commit: string;
      /** The commit it was at before: what comes after it up to `commit` is what has to be undone. */
      readonly previous: string;
      readonly branch: string;
      readonly files: readonly string[];
      /** The run's branch, when it was kept because it holds commits that are nowhere else. */
      readonly keptBranch: string | null;
      /** The worktree, when it was kept because it holds work that was never committed. */
      readonly keptWorktree: string | null;
    }
  | { readonly kind: 'nothing'; readonly branch: string }
  | { readonly kind: 'overlap'; readonly files: readonly string[] }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly branch: string }
  | { readonly kind: 'protected'; readonly files: readonly string[]; readonly branch: string }
  | { readonly kind: 'detached'; readonly head: string }
  | { readonly kind: 'in_progress'; readonly operation: string }
  | { readonly kind: 'branch_missing'; readonly branch: string };

/**
 * Brings a run's work into the branch that is checked out: trial merge first, then files, index and branch together.
 * Refused, with nothing touched, on a conflict or where uncommitted work would be overwritten. Adds commits; never
 * moves a branch backwards and never rewrites one. Without hooks. The worktree goes when its work is all in.
 */
export async function acceptRun(worktree: Worktree, runId: string, signal?: AbortSignal): Promise<AcceptResult> {
  const repository = await openRepository(worktree.root, signal);
  const checkout = gitOf(repository);
  const { branch: runBranch } = worktree;
  const runHead = await readCommit(checkout, `refs/heads/${runBranch}`, signal);
  if (runHead === null) return { kind: 'branch_missing', branch: runBranch };
  const operation = await operationInProgress(checkout, signal);
  if (operation !== null) return { kind: 'in_progress', operation };
  const { branch, head } = repository;
  if (branch === null) return { kind: 'detached', head };

  const own = await namesBetween(checkout, worktree.baseCommit, runHead, signal);
  if (own.length === 0 || (await isAncestor(checkout, runHead, head, signal))) return { kind: 'nothing', branch };
  const governing = own.filter(isLokiState);
  if (governing.length > 0) return { kind: 'protected', files: seen(worktree, governing), branch: runBranch };
  const touched = await overlapWith(checkout, head, own, signal);
  if (touched.length > 0) return { kind: 'overlap', files: seen(worktree, touched) };

  const merged = await mergeTrees(checkout, { worktree, head, runHead }, signal);
  if (merged.kind === 'conflict') return { kind: 'conflict', files: seen(worktree, merged.files), branch: runBranch };
  const files = await namesBetween(checkout, head, merged.tree, signal);
  if (files.length === 0) return { kind: 'nothing', branch };
  const overlap = await overlapWith(checkout, head, files, signal);
  if (overlap.length > 0) return { kind: 'overlap', files: seen(worktree, overlap) };

  const commit = merged.commit ?? (await makeCommit(checkout, { worktree, runId, head, runHead, merged }, signal));
  // From here on there is no way back half way, so the signal is no longer looked at.
  await moveTo(repository, { branch, commit, tree: merged.tree });
  const kept = await cleanUp(checkout, worktree, runHead, merged.how === 'single_commit');
  return { kind: 'accepted', how: merged.how, commit, previous: head, branch, files: seen(worktree, files), ...kept };
}

function seen(worktree: Worktree, files: readonly string[]): readonly string[] {
  return files.map((file) => fromWorkspace(worktree, file));
}

async function readCommit(checkout: Git, revision: string, signal?: AbortSignal): Promise<string | null> {
  const answer = await checkout.attempt(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`], { signal });
  return answer.exitCode === 0 ? answer.stdout.toString().trim() : null;
}

async function isAncestor(checkout: Git, older: string, newer: string, signal?: AbortSignal): Promise<boolean> {
  return (await checkout.attempt(['merge-base', '--is-ancestor', older, newer], { signal })).exitCode === 0;
}

async function namesBetween(checkout: Git, from: string, to: string, signal?: AbortSignal): Promise<readonly string[]> {
  return await checkout.names(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to], { signal });
}

async function makeCommit(
  checkout: Git,
  what: {
    readonly worktree: Worktree;
    readonly runId: string;
    readonly head: string;
    readonly runHead: string;
    readonly merged: { readonly tree: string; readonly how: AcceptedHow };
  },
  signal?: AbortSignal,
): Promise<string> {
  const { worktree, runId, head, runHead, merged } = what;
  const parents = merged.how === 'merge' ? ['-p', head, '-p', runHead] : ['-p', head];
  const title = merged.how === 'merge' ? `Merge branch '${worktree.branch}'` : `Accept the work of ${worktree.branch}`;
  const identity = await identityFor(checkout, signal);
  const input = `${title}\n\n${runTrailer}: ${runId}\n`;
  return (await checkout.text(['commit-tree', merged.tree, ...parents], { input, identity, signal })).trim();
}

type AcceptedHow = Extract<AcceptResult, { kind: 'accepted' }>['how'];

/** Files and index first, the branch last: if the branch moved meanwhile, the files are taken back. */
async function moveTo(
  repository: Repository,
  to: { readonly branch: string; readonly commit: string; readonly tree: string },
): Promise<void> {
  const checkout = gitOf(repository);
  const { head } = repository;
  const identity = await identityFor(checkout);
  // A file whose date changed but not its content must not look like uncommitted work.
  await checkout.attempt(['update-index', '-q', '--ignore-submodules', '--refresh']);
  await checkout.text(['read-tree', '-m', '-u', '--no-recurse-submodules', head, to.tree]);
  const moved = await checkout.attempt(
    ['update-ref', '-m', 'loki: accept', `refs/heads/${to.branch}`, to.commit, head],
    { identity },
  );
  if (moved.exitCode === 0) return;
  await checkout.text(['read-tree', '-m', '-u', '--no-recurse-submodules', to.tree, head]);
  const why = gitFailed(['update-ref'], moved).message;
  throw new Failure('git_failed', `${to.branch} could not be moved, so nothing was changed; try again (${why})`);
}

async function cleanUp(
  checkout: Git,
  worktree: Worktree,
  runHead: string,
  isOnlyOnRunBranch: boolean,
): Promise<{ readonly keptBranch: string | null; readonly keptWorktree: string | null }> {
  const { branch } = worktree;
  if (await hasWorktree(worktree)) {
    const leftovers = await fileChanges(worktree, { base: runHead });
    if (leftovers.length > 0) return { keptBranch: branch, keptWorktree: worktree.path };
    await removeWorktree(worktree);
  }
  if (isOnlyOnRunBranch) return { keptBranch: branch, keptWorktree: null };
  await checkout.attempt(['update-ref', '-d', `refs/heads/${branch}`, runHead]);
  return { keptBranch: null, keptWorktree: null };
}
