import { access, mkdir, readFile, realpath, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../base/digest.ts';
import { Failure } from '../base/failure.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { git, gitFailed, type Git } from './git.ts';
import { removeFolder } from './removeFolder.ts';
import { fromWorkspace, gitOf, type Repository } from './repository.ts';
import { snapshotChanges } from './snapshot.ts';

/**
 * The folder and branch one run works in, apart from the user's checkout. Plain data: it is kept with the run and read
 * again by accept, discard and resume.
 */
export interface Worktree {
  /** The root of the user's checkout. */
  readonly root: string;
  /** The workspace below the root, as in `Repository`. */
  readonly prefix: string;
  /** The root of the worktree. */
  readonly path: string;
  /** What agents see as their workspace: the same folder below `path` as the user's below the root. */
  readonly workspace: string;
  /** Git's own folder for this worktree; used instead of `<path>/.git`, which an agent could have replaced. */
  readonly gitDir: string;
  readonly branch: string;
  /** The commit of the user's checkout that the run started from. */
  readonly startCommit: string;
  /** What the run's work is compared with: `startCommit`, or a commit of the uncommitted work on top of it. */
  readonly baseCommit: string;
}

export interface CreateWorktree {
  readonly repository: Repository;
  readonly taskId: string;
  readonly runId: string;
  readonly lokiHome: string;
  /** Takes the uncommitted work along, untracked but not ignored files included. */
  readonly includeChanges: boolean;
}

/**
 * Makes a worktree on a new branch `loki/<task>`. The user's files, index, branches and configuration stay as they
 * are, and nothing of the repository's own is run.
 */
export async function createWorktree(request: CreateWorktree, signal?: AbortSignal): Promise<Worktree> {
  const { repository, taskId, runId, lokiHome, includeChanges } = request;
  const checkout = gitOf(repository);
  const branch = `loki/${taskId}`;
  await refuseTakenBranch(checkout, branch, signal);
  const parent = path.dirname(placeOfWorktree(lokiHome, repository.root, runId));
  makeParent(parent);
  const place = path.join(await realpath(parent), runId);
  const startCommit = repository.head;
  const baseCommit = includeChanges ? await snapshotChanges(repository, signal) : startCommit;

  await addWorktree(checkout, { branch, place, baseCommit }, signal);
  const gitDir = (await git(place).text(['rev-parse', '--absolute-git-dir'], { signal })).replace(/\n$/, '');
  const workspace = path.resolve(place, repository.prefix);
  // A workspace without a committed file does not exist in a fresh worktree.
  await mkdir(workspace, { recursive: true });
  return {
    root: repository.root,
    prefix: repository.prefix,
    path: place,
    workspace,
    gitDir: await realpath(gitDir),
    branch,
    startCommit,
    baseCommit,
  };
}

/** Where the worktree of a run is made: known without asking anything that a repository could have brought. */
export function placeOfWorktree(lokiHome: string, root: string, runId: string): string {
  return path.join(lokiHome, 'worktrees', projectName(root), runId);
}

/** Git in a run's worktree, whatever an agent wrote over its `.git`. */
export function gitIn(worktree: Pick<Worktree, 'path' | 'gitDir'>): Git {
  return git(worktree.path, { gitDir: worktree.gitDir, workTree: worktree.path });
}

/** Whether the worktree's folder is still there. */
export async function hasWorktree(worktree: Pick<Worktree, 'path'>): Promise<boolean> {
  return await access(worktree.path).then(
    () => true,
    () => false,
  );
}

/** Removes the folder and git's record of it; the branch stays. Fine to call again. */
export async function removeWorktree(worktree: Pick<Worktree, 'path' | 'gitDir'>): Promise<void> {
  const { path: place, gitDir } = worktree;
  const recorded = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => null);
  const isRecorded = recorded !== null && path.dirname(recorded.trim()) === place;
  // Taken apart word by word, so a path with `..` in it would be another one than the one that is looked at.
  const isPlain = path.isAbsolute(place) && path.resolve(place) === place;
  const isInOurFolder = isPlain && path.basename(path.dirname(path.dirname(place))) === 'worktrees';
  // What is deleted here was read from a file, so it must look like a worktree of ours in two ways.
  if (!isInOurFolder || (recorded !== null && !isRecorded)) {
    throw new Failure('git_failed', `${place} is not a worktree that Loki made; it was left alone`);
  }
  await removeFolder(place);
  // Not `git worktree prune`: that would also forget worktrees of the user's whose disk is not mounted just now.
  if (isRecorded) await removeFolder(gitDir);
  await rmdir(path.dirname(place)).catch(() => undefined);
}

/** A path of the repository as the workspace sees it. */
export function inWorkspace(worktree: Pick<Worktree, 'prefix'>, repositoryPath: string): string {
  return fromWorkspace(worktree, repositoryPath);
}

/** All or nothing: a failure or a cancel leaves neither folder nor branch. */
async function addWorktree(
  checkout: Git,
  wanted: { readonly branch: string; readonly place: string; readonly baseCommit: string },
  signal?: AbortSignal,
): Promise<void> {
  const { branch, place, baseCommit } = wanted;
  const args = ['worktree', 'add', '--no-track', '--no-guess-remote', '-b', branch, place, baseCommit];
  try {
    const added = await checkout.attempt(args, { signal });
    if (added.exitCode !== 0) throw gitFailed(args, added);
  } catch (error) {
    await checkout.attempt(['worktree', 'remove', '--force', '--force', place]);
    await removeFolder(place);
    await checkout.attempt(['update-ref', '-d', `refs/heads/${branch}`, baseCommit]);
    throw error;
  }
}

async function refuseTakenBranch(checkout: Git, branch: string, signal?: AbortSignal): Promise<void> {
  const taken = await checkout.names(
    ['for-each-ref', '--format=%(refname)%00', `refs/heads/${branch}`, 'refs/heads/loki'],
    {
      signal,
    },
  );
  const names = taken.map((name) => name.trim());
  if (names.includes('refs/heads/loki')) {
    throw new Failure(
      'git_failed',
      'a branch called loki is in the way of loki/…; rename it: git branch -m loki <name>',
    );
  }
  if (names.includes(`refs/heads/${branch}`)) {
    throw new Failure(
      'git_failed',
      `the branch ${branch} exists already; accept or discard the run it belongs to first`,
    );
  }
}

function makeParent(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new Failure(
      'disk_unwritable',
      `${folder} cannot be made; check the permissions, or set LOKI_HOME elsewhere`,
      {
        cause: error,
      },
    );
  }
}

/** A name that people recognise and that no other project has. */
export function projectName(root: string): string {
  const readable = path
    .basename(root)
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 40);
  return `${readable || 'project'}-${sha256(root).slice(0, 8)}`;
}
