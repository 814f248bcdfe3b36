import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { driverOverrides, gitEnvironment, type GitPlace, type Setting } from './gitEnvironment.ts';

// Git with everything of the repository's own switched off: no hook, file system monitor, filter, alias, pager, diff
// or merge driver, signature, prompt or network. It touches a remote only where a call names it. Called by workspace/ and
// the git tools.

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitCall {
  readonly input?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
  /** Takes the place of the index for this call. */
  readonly index?: string;
  readonly identity?: GitPlace['identity'];
  /** Lets this call reach one remote. */
  readonly remote?: NonNullable<GitPlace['remote']>;
}

export interface Git {
  readonly cwd: string;
  /** Standard output as text; any exit code but 0 is a `git_failed` failure. */
  text(args: readonly string[], call?: GitCall): Promise<string>;
  /** The same, as the bytes that came. */
  bytes(args: readonly string[], call?: GitCall): Promise<Buffer>;
  /** Standard output split at NUL bytes, for `-z`. */
  names(args: readonly string[], call?: GitCall): Promise<readonly string[]>;
  /** The answer whatever the exit code: only a git that could not run is a failure. */
  attempt(args: readonly string[], call?: GitCall): Promise<GitAnswer>;
}

/**
 * Git in one folder. With `gitDir` and `workTree` git does not look for `.git` itself: demanded where an agent may
 * have written, since a replaced `.git` would bring a configuration of its own.
 */
export function git(cwd: string, place: Pick<GitPlace, 'gitDir' | 'workTree'> = {}): Git {
  const attempt: Git['attempt'] = async (args, call = {}) => {
    const overrides = startsNoDriver.has(args[0] ?? '') ? [] : await readOverrides(cwd, place, call.signal);
    return await spawnGit(cwd, place, overrides, withoutDiffPrograms(args), call);
  };
  const bytes = async (args: readonly string[], call?: GitCall): Promise<Buffer> => {
    const answer = await attempt(args, call);
    if (answer.exitCode !== 0) throw gitFailed(args, answer);
    return answer.stdout;
  };
  return {
    cwd,
    attempt,
    bytes,
    text: async (args, call) => (await bytes(args, call)).toString(),
    names: async (args, call) => splitNames((await bytes(args, call)).toString()),
  };
}

export function splitNames(output: string): readonly string[] {
  return output.split('\0').filter((name) => name !== '');
}

/** The failure that tells a person what git said. */
export function gitFailed(args: readonly string[], answer: GitAnswer): Failure {
  const said = answer.stderr
    .split('\n')
    .map((line) => line.replace(/^(fatal|error): /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const words = said.slice(0, 4).join('; ').slice(0, 600);
  return new Failure('git_failed', `git ${args[0] ?? ''} failed: ${words || `exit code ${answer.exitCode}`}`);
}

/** Diff drivers are chosen by attributes and have no setting that empties them, so the commands that ask one are told. */
function withoutDiffPrograms(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const command = args[at] ?? '';
  const flags = command === 'blame' ? ['--no-textconv'] : ['--no-ext-diff', '--no-textconv'];
  const asks = ['blame', 'diff', 'diff-tree', 'diff-index', 'diff-files', 'log', 'show'].includes(command);
  return asks ? [...args.slice(0, at + 1), ...flags, ...args.slice(at + 1)] : args;
}

/**
 * Commands that know neither index nor files nor move a name, and so start no filter, merge driver or hook. Not even
 * `write-tree` is among them: where a file and its entry have the same date, it reads the file, through the filter.
 */
const startsNoDriver: ReadonlySet<string> = new Set([
  'commit-tree',
  'diff-tree',
  'for-each-ref',
  'ls-tree',
  'merge-base',
  'rev-list',
  'rev-parse',
  'symbolic-ref',
  'var',
]);

async function readOverrides(cwd: string, place: GitPlace, signal?: AbortSignal): Promise<readonly Setting[]> {
  const args = ['config', '--list', '--name-only', '-z'];
  const listed = await spawnGit(cwd, place, [], args, { signal });
  if (listed.exitCode !== 0) throw gitFailed(args, listed);
  return driverOverrides(listed.stdout.toString().split('\0'));
}

/**
 * One git process, waited for to its end also when it is cancelled. Not through simple-git: that waits 50 ms longer
 * for each command that prints nothing, tells no exit code, and objects to every setting that hardens.
 */
async function spawnGit(
  cwd: string,
  place: GitPlace,
  overrides: readonly Setting[],
  args: readonly string[],
  { input, signal, index, identity, remote }: GitCall,
): Promise<GitAnswer> {
  signal?.throwIfAborted();
  const here = {
    ...place,
    ...(index !== undefined && { index }),
    ...(identity !== undefined && { identity }),
    ...(remote !== undefined && { remote }),
  };
  const child = spawn('git', args, { cwd, env: gitEnvironment(process.env, here, overrides), windowsHide: true });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => stdout.push(part));
  child.stderr.on('data', (part: Buffer) => stderr.push(part));
  // Git may end before it has read all that it was given; its exit code says what came of it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    signal?.throwIfAborted();
    return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
  } catch (error) {
    signal?.throwIfAborted();
    throw notStarted(cwd, error);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function notStarted(cwd: string, error: unknown): Failure {
  const code = systemErrorCode(error);
  const isMissing = code === 'ENOENT' && existsSync(cwd);
  const message = isMissing
    ? 'git was not found: install git and see that it is in PATH'
    : `git could not be started in ${cwd} (${code ?? 'unknown error'}); check that the folder is there`;
  return new Failure('git_failed', message, { cause: error });
}
