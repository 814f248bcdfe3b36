import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import { Writable, type Readable } from 'node:stream';
import { createOutputBuffer, type OutputBuffer } from './outputBuffer.ts';
import { openOutputPipe, type OutputPipe } from './outputPipe.ts';
import type { Limits } from './limits.ts';
import { startProcess, writeInputs, type ProcessStart } from './startProcess.ts';
import { watchLimits } from './watchLimits.ts';

// Runs one process to its end, whatever that end is. Knows nothing of sandboxes: who calls it says how the whole tree
// is killed. Used by both ways of running commands.

export interface ProcessRequest extends ProcessStart {
  readonly timeoutMs: number;
  readonly limits: Limits;
  /** Kills every process of the tree and resolves when they are gone, or after a short patience. */
  killAll(pid: number, status: string): Promise<void>;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly status: string }
  | { readonly kind: 'stopped'; readonly because: 'timed_out' | 'cancelled' }
  | { readonly kind: 'exceeded'; readonly reason: string }
  | { readonly kind: 'not_started'; readonly reason: string };

export interface Ended {
  readonly end: ProcessEnd;
  readonly output: string;
  readonly isCut: boolean;
  readonly durationMs: number;
}

/** How long output is still read after the process has ended: only leftovers that hold the pipe can make it that long. */
const drainMs = 150;

/** Runs a process. It resolves always; when stopped, after every process of the tree was killed. */
export async function spawn(request: ProcessRequest, signal: AbortSignal): Promise<Ended> {
  const startedMs = performance.now();
  const buffer = createOutputBuffer(request.limits.outputBytes);
  const finish = (end: ProcessEnd): Ended => {
    const { text, isCut } = buffer.read();
    return { end, output: text, isCut, durationMs: performance.now() - startedMs };
  };
  if (signal.aborted) return finish({ kind: 'stopped', because: 'cancelled' });

  const pipe = await openOutputPipe();
  let child: ChildProcess;
  try {
    const output = pipe === null ? 'pipe' : pipe.writeFd;
    child = startProcess(request, ['ignore', output, output]);
  } catch (error) {
    // Arguments too long for the system, for example, are thrown and not told as an event.
    pipe?.reader.destroy();
    return finish({ kind: 'not_started', reason: error instanceof Error ? error.message : String(error) });
  } finally {
    pipe?.closeWriter();
  }
  const drained = drain(child, pipe, buffer);
  const status = readStatus(child, request);
  writeInputs(child, request.inputs);
  const end = await waitForEnd(child, request, status, signal);
  const hasStopped = end.kind !== 'exited';
  if (child.pid !== undefined) await request.killAll(child.pid, status.text());
  // A process that was stopped owes nothing more; one that ended may have words on their way.
  if (!hasStopped) await Promise.race([drained, later(drainMs)]);
  pipe?.reader.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  return finish(end);
}

function drain(child: ChildProcess, pipe: OutputPipe | null, buffer: OutputBuffer): Promise<unknown> {
  const readers: readonly (Readable | null)[] = pipe === null ? [child.stdout, child.stderr] : [pipe.reader];
  return Promise.all(
    readers.map(async (reader) => {
      if (reader === null) return;
      reader.on('data', (chunk: Buffer) => buffer.add(chunk));
      await new Promise<void>((resolve) => {
        reader
          .once('close', resolve)
          .once('end', resolve)
          .once('error', () => resolve());
      });
    }),
  );
}

interface Status {
  text(): string;
  readonly closed: Promise<void>;
}

function readStatus(child: ChildProcess, request: ProcessRequest): Status {
  const stream = request.hasStatus ? child.stdio[3 + request.inputs.length] : null;
  if (stream === null || stream === undefined || !(stream instanceof Writable)) {
    return { text: () => '', closed: Promise.resolve() };
  }
  let text = '';
  const closed = new Promise<void>((resolve) => {
    stream
      .once('close', resolve)
      .once('end', resolve)
      .once('error', () => resolve());
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  });
  return { text: () => text, closed };
}

async function waitForEnd(
  child: ChildProcess,
  request: ProcessRequest,
  status: Status,
  signal: AbortSignal,
): Promise<ProcessEnd> {
  const cleanups: (() => void)[] = [];
  try {
    return await new Promise<ProcessEnd>((resolve) => {
      child.once('error', (error) => resolve({ kind: 'not_started', reason: error.message }));
      child.once('exit', (code, killer) => {
        const exitCode = code ?? 128 + (killer === null ? 0 : os.constants.signals[killer]);
        void Promise.race([status.closed, later(drainMs)]).then(() =>
          resolve({ kind: 'exited', exitCode, status: status.text() }),
        );
      });
      const timer = setTimeout(() => resolve({ kind: 'stopped', because: 'timed_out' }), request.timeoutMs);
      cleanups.push(() => clearTimeout(timer));
      const cancel = (): void => resolve({ kind: 'stopped', because: 'cancelled' });
      signal.addEventListener('abort', cancel, { once: true });
      cleanups.push(() => signal.removeEventListener('abort', cancel));
      if (signal.aborted) cancel();
      const { pid } = child;
      if (pid !== undefined) {
        cleanups.push(watchLimits(pid, request.limits, (reason) => resolve({ kind: 'exceeded', reason })));
      }
    });
  } finally {
    for (const cleanup of cleanups) cleanup();
  }
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
