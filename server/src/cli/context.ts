import { writeSync } from 'node:fs';
import type { CliContext } from './command.ts';

/** Signals that ask the program to end. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The world of one command: streams written through to the end, and a signal that aborts when the program is asked to
 * end or its launcher goes away. A second request a second later ends at once: the first is being obeyed until then.
 */
export function createContext(): CliContext {
  const controller = new AbortController();
  let askedAtMs = 0;
  const ask = (): void => {
    const nowMs = performance.now();
    if (controller.signal.aborted && nowMs - askedAtMs > 1000) process.exit(130);
    if (!controller.signal.aborted) askedAtMs = nowMs;
    controller.abort();
  };
  for (const signal of endingSignals) process.on(signal, ask);
  if (process.channel) {
    process.on('disconnect', ask);
    process.channel.unref();
  }
  let hasReader = true;
  return {
    env: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    print: (text) => {
      hasReader &&= writeThrough(1, text);
    },
    hasReader: () => hasReader,
    tell: (text) => {
      writeThrough(2, text);
    },
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    printsToTerminal: process.stdout.isTTY,
    signal: controller.signal,
  };
}

/**
 * Writes all of a text before it returns, so that nothing is lost when the process ends right after. False where nobody
 * takes it any more.
 */
function writeThrough(descriptor: number, text: string): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      // A pipe that is full is waited for; one whose reader left (head, a closed pager) takes nothing more.
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else return false;
    }
  }
  return true;
}
