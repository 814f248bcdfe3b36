import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createOutputBuffer, type OutputBuffer } from './outputBuffer.ts';
import type { ServeOutcome } from './confinement.ts';
import type { Limits } from './limits.ts';
import { startProcess, writeInputs, type ProcessStart } from './startProcess.ts';
import { watchLimits } from './watchLimits.ts';

// Keeps one process at work that is spoken to through its standard input and output, until it ends or is stopped. Like
// `spawn.ts` it knows nothing of sandboxes: who calls it says how the whole tree is killed.

export interface ServeRequest extends ProcessStart {
  readonly limits: Limits;
  /** Kills every process of the tree and resolves when they are gone, or after a short patience. */
  killAll(pid: number, status: string): Promise<void>;
  /** Removes what was made for this process. */
  clear(): Promise<void>;
}

/** How much of its standard error is kept: enough to say why it did not start. */
const complaintBytes = 16 * 1024;

/** Starts a process that stays. Whatever its end is, its whole tree is dead when `ended` resolves. */
export async function serveProcess(request: ServeRequest): Promise<ServeOutcome> {
  let child: ChildProcess;
  try {
    child = startProcess(request, ['pipe', 'pipe', 'pipe']);
    await once(child, 'spawn');
  } catch (error) {
    await request.clear();
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'not_started', reason: `it could not be started: ${reason}` };
  }
  const { stdin, stdout, stderr, pid } = child;
  if (stdin === null || stdout === null || pid === undefined) {
    child.kill('SIGKILL');
    await request.clear();
    return { kind: 'not_started', reason: 'it has no standard input and output' };
  }
  // A process that ends before it has read everything is seen by how it ends.
  stdin.on('error', () => undefined);
  stdout.on('error', () => undefined);
  const complaints = createOutputBuffer(complaintBytes);
  collect(stderr, complaints);
  const status = createOutputBuffer(4096);
  const statusStream = request.hasStatus ? child.stdio[3 + request.inputs.length] : null;
  collect(statusStream, status);
  writeInputs(child, request.inputs);

  const stopping = new AbortController();
  const ended = untilEnd(child, pid, request, stopping.signal, () => status.read().text);
  return {
    kind: 'serving',
    input: stdin,
    output: stdout,
    complaints: () => complaints.read().text,
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

function collect(stream: unknown, buffer: OutputBuffer): void {
  if (typeof stream !== 'object' || stream === null || !('on' in stream) || typeof stream.on !== 'function') return;
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => buffer.add(chunk));
}

async function untilEnd(
  child: ChildProcess,
  pid: number,
  request: ServeRequest,
  stopping: AbortSignal,
  status: () => string,
): Promise<string> {
  let stopWatching = (): void => undefined;
  const reason = await new Promise<string>((resolve) => {
    child.once('exit', (code, killer) =>
      resolve(killer === null ? `it ended with exit code ${code ?? 0}` : `it was killed (${killer})`),
    );
    stopping.addEventListener('abort', () => resolve('it was stopped'), { once: true });
    stopWatching = watchLimits(pid, request.limits, resolve);
  });
  stopWatching();
  await request.killAll(pid, status());
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  await request.clear();
  return reason;
}
