import { expect, test } from 'vitest';
import { Failure } from '../../../server/src/base/failure.ts';
import type { CliCommand, CliContext } from '../../../server/src/cli/command.ts';
import { dispatch } from '../../../server/src/cli/dispatch.ts';
import { runOutput } from '../../../server/src/cli/runOutput.ts';

interface Ended {
  readonly code: number;
  readonly stderr: string;
  /** The last line of `--json`. */
  readonly result: unknown;
}

/** A run that ends before it has a result of its own, as the terminal and `--json` show it. */
async function endWith(error: Error, isCancelled: boolean): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const ctx: CliContext = {
    env: {},
    cwd: '/nowhere',
    stdin: process.stdin,
    print: (text) => (stdout += text),
    tell: (text) => (stderr += text),
    isInteractive: false,
    printsToTerminal: false,
    signal: isCancelled ? AbortSignal.abort() : new AbortController().signal,
  };
  const command: CliCommand = {
    name: 'run',
    usage: '',
    options: [],
    summary: '',
    run: async () =>
      await runOutput(ctx, 'os:ann', ctx.cwd, true).follow(async () => {
        throw error;
      }),
  };
  const code = await dispatch([command], '1.0.0', ['run'], ctx);
  return { code, stderr, result: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') };
}

const aborted = new DOMException('This operation was aborted', 'AbortError');

test.each([
  [
    'a failure',
    new Failure('no_commit', 'there is no commit yet'),
    false,
    { code: 3, stderr: 'there is no commit yet', status: 'failed', failure: 'no_commit' },
  ],
  ['a bug', new TypeError('x is undefined'), false, { code: 3, stderr: 'bug', status: 'failed', failure: 'internal' }],
  ['a cancel', aborted, true, { code: 130, stderr: 'loki: cancelled\n', status: 'cancelled', failure: null }],
  [
    'a failure that follows from a cancel',
    new Failure('confirmation_needed', 'nobody agreed'),
    true,
    { code: 130, stderr: 'loki: cancelled\n', status: 'cancelled', failure: null },
  ],
  [
    'a bug after a cancel',
    new TypeError('x is undefined'),
    true,
    { code: 3, stderr: 'bug', status: 'failed', failure: 'internal' },
  ],
  ['an abort that nobody asked for', aborted, false, { code: 3, stderr: 'bug', status: 'failed', failure: 'internal' }],
] as const)('%s ends with one message, one result and its exit code', async (_name, error, isCancelled, expected) => {
  const { code, stderr, result } = await endWith(error, isCancelled);
  expect(code).toBe(expected.code);
  expect(stderr).toContain(expected.stderr);
  expect(result).toMatchObject({
    type: 'result',
    status: expected.status,
    verdict: null,
    failure: expected.failure === null ? null : { code: expected.failure },
  });
});
