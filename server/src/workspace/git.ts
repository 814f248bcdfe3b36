import { simpleGit } from 'simple-git';
import { Failure } from '../base/failure.ts';
import { driverOverrides, gitEnvironment, type GitPlace, type Setting } from './gitEnvironment.ts';

// Git with everything of the repository's own switched off: no hook, file system monitor, filter, alias, pager, diff
// or merge driver, signature, prompt or network. It never touches a remote. Called by workspace/ and the git tools.

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
}

export interface Git {
  readonly cwd: string;
  /** Standard output as text; any exit code but 0 is a `git_failed` failure. */
  text(args: readonly string[], call?: GitCall): Promise<string>;
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
    const listed = await spawnGit(cwd, place, [], ['config', '--list', '--name-only', '-z'], {
      signal: call.signal,
    });
    if (listed.exitCode !== 0) throw gitFailed(['config', '--list'], listed);
    const overrides = driverOverrides(listed.stdout.toString().split('\0'));
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

async function spawnGit(
  cwd: string,
  place: GitPlace,
  overrides: readonly Setting[],
  args: readonly string[],
  call: GitCall,
): Promise<GitAnswer> {
  const { input, signal, index, identity } = call;
  signal?.throwIfAborted();
  const env = gitEnvironment(
    process.env,
    { ...place, ...(index !== undefined && { index }), ...(identity !== undefined && { identity }) },
    overrides,
  );
  const heard: { answer: GitAnswer | null } = { answer: null };
  try {
    // A new instance for each call: simple-git drops whatever else is queued when one task fails.
    await simpleGit({
      baseDir: cwd,
      allowEnvironment: Object.keys(env).filter((name) => name.startsWith('GIT_')),
      unsafe: allowedHardening,
      ...(signal !== undefined && { abort: signal }),
      ...(input !== undefined && { input: () => input }),
      errors: (_error, result) => {
        const stderr = Buffer.concat(result.stdErr).toString();
        heard.answer = { exitCode: result.exitCode, stdout: Buffer.concat(result.stdOut), stderr };
        return undefined;
      },
    })
      .env(env)
      .raw(...args);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Failure('git_failed', `git could not be run in ${cwd}: ${messageOf(error)}`, { cause: error });
  }
  signal?.throwIfAborted();
  const { answer } = heard;
  if (answer === null) throw new Failure('git_failed', `git gave no answer in ${cwd}`);
  if (answer.exitCode < 0) {
    const isMissing = answer.stderr.includes('ENOENT');
    const problem = isMissing
      ? 'git was not found: install git and see that it is in PATH'
      : 'git could not be started';
    throw new Failure('git_failed', problem, { cause: answer.stderr });
  }
  return answer;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** simple-git refuses settings that could start a program; ours name them in order to switch them off. */
const allowedHardening = {
  allowUnsafeConfigEnvCount: true,
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeFilter: true,
  allowUnsafeMergeDriver: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeGpgProgram: true,
  allowUnsafePager: true,
  allowUnsafeEditor: true,
} as const;
