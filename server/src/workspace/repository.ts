import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { git, gitFailed, type Git } from './git.ts';

/** A user's repository, as far as a run needs to know it. All paths absolute and real. */
export interface Repository {
  /** The root of the user's checkout. */
  readonly root: string;
  /** The folder Loki was started for: the root or a folder below it, as in a monorepo. */
  readonly workspace: string;
  /** `workspace` below `root`, with forward slashes and one at the end; '' when they are the same. */
  readonly prefix: string;
  /** What all checkouts of the repository share: objects, branches, configuration. */
  readonly commonDir: string;
  /** The commit that is checked out. */
  readonly head: string;
  /** The branch that is checked out, such as `main`; null when HEAD is detached. */
  readonly branch: string | null;
}

/** Finds the repository of a workspace. What is missing is a failure that says how to make it. */
export async function openRepository(workspace: string, signal?: AbortSignal): Promise<Repository> {
  const real = await realFolder(workspace);
  const repo = git(real);
  const found = await repo.attempt(
    ['rev-parse', '--path-format=absolute', '--is-bare-repository', '--git-common-dir', '--show-prefix'],
    { signal },
  );
  if (found.exitCode !== 0) throw explainMissing(real, found.stderr) ?? gitFailed(['rev-parse'], found);
  const [isBare = '', commonDir = '', prefix = ''] = found.stdout.toString().split('\n');
  const top = await repo.attempt(['rev-parse', '--path-format=absolute', '--show-toplevel'], { signal });
  if (top.exitCode !== 0) {
    const what = isBare === 'true' ? 'is a bare repository, which has no files' : 'is inside a .git folder';
    throw new Failure('not_a_repository', `${real} ${what}; run Loki in a checkout: git clone ${real} <folder>`);
  }
  const head = await readHead(repo, real, signal);
  return {
    root: await realpath(top.stdout.toString().replace(/\n$/, '')),
    workspace: real,
    prefix,
    commonDir: await realpath(commonDir),
    head,
    branch: await readBranch(repo, signal),
  };
}

async function realFolder(workspace: string): Promise<string> {
  try {
    const real = await realpath(workspace);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') {
      throw new Failure('not_a_repository', `${workspace} cannot be opened; check the path and its permissions`, {
        cause: error,
      });
    }
    throw new Failure('not_a_repository', `${workspace} does not exist; give an existing folder with --workspace`);
  }
  throw new Failure('not_a_repository', `${workspace} is a file; give a folder with --workspace`);
}

function explainMissing(folder: string, stderr: string): Failure | null {
  if (stderr.includes('dubious ownership')) {
    return new Failure(
      'not_a_repository',
      `${folder} belongs to another user, so git refuses it; if you trust it: git config --global --add safe.directory ${shellWord(folder)}`,
    );
  }
  if (!stderr.includes('not a git repository')) return null;
  return new Failure(
    'not_a_repository',
    `${folder} is not in a git repository, and a run needs one to work on a branch of its own; to make one: ` +
      `cd ${shellWord(folder)} && git init && git add -A && git commit -m "First commit"`,
  );
}

async function readHead(repo: Git, folder: string, signal?: AbortSignal): Promise<string> {
  const head = await repo.attempt(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { signal });
  if (head.exitCode === 0) return head.stdout.toString().trim();
  throw new Failure(
    'no_commit',
    `the repository of ${folder} has no commit yet, and a run needs one to start from; to make the first: ` +
      `cd ${shellWord(folder)} && git add -A && git commit -m "First commit"`,
  );
}

async function readBranch(repo: Git, signal?: AbortSignal): Promise<string | null> {
  const answer = await repo.attempt(['symbolic-ref', '--quiet', 'HEAD'], { signal });
  const name = answer.stdout.toString().trim();
  return answer.exitCode === 0 && name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null;
}

/** A path as one word of a shell command line that people may copy. */
function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Git in the user's checkout. */
export function gitOf(repository: Pick<Repository, 'root'>): Git {
  return git(repository.root);
}

/** A path of the repository as seen from the workspace: `../other/a.ts` for what lies beside it. */
export function fromWorkspace(repository: Pick<Repository, 'prefix'>, repositoryPath: string): string {
  return path.posix.relative(repository.prefix, repositoryPath);
}
