import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { Writable } from 'node:stream';

// How every process of the sandbox starts, whether it runs to its end or stays.

export interface ProcessStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing of ours is added. */
  readonly env: Readonly<Record<string, string>>;
  /** What the process may read from file descriptor 3, 4, … */
  readonly inputs: readonly Buffer[];
  /** Whether the descriptor after the inputs is one that the process reports on. */
  readonly hasStatus: boolean;
}

/** Starts a process with these as its standard input, output and error. Throws what the system says at once. */
export function startProcess(
  { file, args, cwd, env, inputs, hasStatus }: ProcessStart,
  standard: Extract<StdioOptions, readonly unknown[]>,
): ChildProcess {
  const extra = [...inputs.map(() => 'pipe' as const), ...(hasStatus ? ['pipe' as const] : [])];
  return spawn(file, [...args], {
    cwd,
    env: { ...env },
    stdio: [...standard, ...extra],
    // A session and group of its own: a signal to the group reaches what stayed in it, and no terminal is inherited.
    detached: true,
  });
}

/** Hands a started process its inputs. */
export function writeInputs(child: ChildProcess, inputs: readonly Buffer[]): void {
  for (const [index, input] of inputs.entries()) {
    const stream = child.stdio[3 + index];
    if (!(stream instanceof Writable)) continue;
    // A process that ends before it has read everything is seen by how it ends.
    stream.on('error', () => undefined);
    stream.end(input);
  }
}
