import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as later } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, scratchRepository, type Scratch } from './cliRun.ts';

// A command that waits for its input is ended by one Ctrl-C, like any other.

let scratch: Scratch;
beforeAll(() => {
  scratch = scratchRepository();
});
afterAll(() => scratch.remove());

test.each([
  ['policy check', ['policy', 'check']],
  ['scan --stdin', ['scan', '--stdin']],
  ['scan --stdin --json', ['scan', '--stdin', '--json']],
  ['run -', ['run', '-', '--provider', 'demo']],
])('loki %s is cancelled while it waits for input', async (_name, args) => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: scratch.folder,
    env: { PATH, HOME, LOKI_HOME: scratch.lokiHome },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  try {
    // More than a pipe holds: that it is all gone says that the program is reading, and waits for the rest.
    await new Promise((taken) => child.stdin.write('\n'.repeat(200_000), taken));
    child.kill('SIGINT');
    await Promise.race([ended, later(20_000)]);
    expect(child.exitCode).toBe(130);
    expect(stderr).toContain('loki: cancelled');
  } finally {
    child.kill('SIGKILL');
  }
});
