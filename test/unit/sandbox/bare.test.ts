import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bareSandbox } from '../../../server/src/sandbox/bare.ts';
import { detectSandbox } from '../../../server/src/sandbox/detect.ts';
import type { CommandOutcome } from '../../../server/src/sandbox/confinement.ts';
import { permitFor } from '../permitFor.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const env = { PATH: process.env['PATH'], ANTHROPIC_API_KEY: 'sk-ant-secret', HOME: '/nowhere', LANG: 'C.UTF-8' };
const sandbox = bareSandbox(env, 'a test');
const never = new AbortController().signal;

async function run(
  workspace: string,
  command: string,
  more: { cwd?: string; env?: Record<string, string>; timeoutMs?: number } = {},
  signal = never,
): Promise<CommandOutcome> {
  const enclosure = { workspace, hidden: [], readOnly: [], dependencies: [], network: null };
  return await sandbox.run(permitFor({ kind: 'command', command, ...more }), enclosure, signal);
}

/** Processes of the machine that carry a word in their environment. */
function processesWith(word: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        pid !== String(process.pid) &&
        readFileSync(`/proc/${pid}/environ`, 'latin1').includes(word)
      );
    } catch {
      return false;
    }
  });
}

test('it says that nothing is confined, and why', async () => {
  expect(sandbox.confinement).toEqual({ kind: 'none', detail: 'a test' });
  expect((await detectSandbox({}, 'darwin')).confinement).toMatchObject({
    kind: 'none',
    detail: expect.stringContaining('macOS'),
  });
  expect((await detectSandbox({}, 'win32')).confinement.kind).toBe('none');
});

test('a bubblewrap that does nothing is not believed', async () => {
  const { testEscape } = await import('../../../server/src/sandbox/selfTest.ts');
  expect(await testEscape({ program: '/bin/true', env: process.env })).toMatchObject({ kind: 'unusable' });
  expect(await testEscape({ program: '/nowhere/bwrap', env: process.env })).toMatchObject({ kind: 'unusable' });
});

// The ways in which a command line could pass a key on under another name.
test.each([
  '${X:-${ANTHROPIC_API_KEY:-nothing}}',
  '${ANTHROPIC_API_KEY:-nothing}',
  '$(X=ANTHROPIC_API_KEY; echo ${!X:-nothing})',
  '$(printenv ANTHROPIC_API_KEY || echo nothing)',
])('a command finds no key behind %s', async (word) => {
  const outcome = await run(await temporaryFolder(), `KEY="${word}" bash -c 'echo "$KEY"'; env`);
  expect(outcome).toMatchObject({ kind: 'exited', output: expect.stringMatching(/^nothing\n/) });
  expect(JSON.stringify(outcome)).not.toContain('sk-ant-secret');
});

test('what an action sets is not expanded', async () => {
  const outcome = await run(await temporaryFolder(), 'echo "$KEY"', { env: { KEY: '${X:-${ANTHROPIC_API_KEY}}' } });
  expect(outcome).toMatchObject({ kind: 'exited', output: '${X:-${ANTHROPIC_API_KEY}}\n' });
});

test.each([
  ['echo a; echo b >&2', { kind: 'exited', exitCode: 0, output: 'a\nb\n', isCut: false }],
  ['echo a > /dev/stdout; echo b > /dev/stderr', { kind: 'exited', exitCode: 0, output: 'a\nb\n' }],
  ['exit 7', { kind: 'exited', exitCode: 7, output: '' }],
  ['kill -KILL $$', { kind: 'exited', exitCode: 137 }],
  ['cat', { kind: 'exited', exitCode: 0, output: '' }],
  ['printf "%s" ä€🙂', { kind: 'exited', output: 'ä€🙂' }],
])('%s', async (command, expected) => expect(await run(await temporaryFolder(), command)).toMatchObject(expected));

test('the environment holds no secret and a private home', async () => {
  const outcome = await run(await temporaryFolder(), 'env; touch ~/x && echo written');
  const output = outcome.kind === 'exited' ? outcome.output : '';
  expect(output).not.toContain('sk-ant');
  expect(output).not.toContain('/nowhere');
  expect(output).toContain('written\n');
  expect(output).toContain('PYTHONDONTWRITEBYTECODE=1\n');
});

test('long output keeps head and tail', async () => {
  const outcome = await run(
    await temporaryFolder(),
    'echo begin; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo end',
  );
  expect(outcome).toMatchObject({
    kind: 'exited',
    exitCode: 0,
    isCut: true,
    output: expect.stringMatching(/^begin\n[^]*bytes cut[^]*\nend\n$/),
  });
});

test('a folder to run in must lie in the workspace', async () => {
  const workspace = await temporaryFolder({ 'sub/': '' });
  symlinkSync('/etc', path.join(workspace, 'link'));
  expect(await run(workspace, 'pwd', { cwd: 'sub' })).toMatchObject({ output: `${workspace}/sub\n` });
  for (const cwd of ['..', 'link', 'nowhere', '/'])
    expect(await run(workspace, 'pwd', { cwd })).toMatchObject({ kind: 'not_started' });
});

test.each([
  ['a plain child', 'sleep 77'],
  ['a pipeline', 'sleep 77 | sleep 77'],
  ['a double fork in a session of its own', '(setsid setsid sleep 77 > /dev/null 2>&1 &); sleep 77'],
  ['a process that ignores signals', 'trap "" TERM INT HUP; setsid -f sleep 77; while :; do sleep 0.1; done'],
])('cancelling kills the tree within 300 ms: %s', async (_, command) => {
  const workspace = await temporaryFolder();
  const word = `MARK_OF_TEST=${path.basename(workspace)}`;
  const controller = new AbortController();
  const running = run(workspace, `export ${word}; touch started; ${command}`, {}, controller.signal);
  await expect.poll(() => existsSync(path.join(workspace, 'started')), { interval: 10, timeout: 5000 }).toBe(true);
  const cancelledMs = performance.now();
  controller.abort();
  expect(await running).toMatchObject({ kind: 'cancelled' });
  expect(performance.now() - cancelledMs).toBeLessThan(300);
  expect(processesWith(word)).toEqual([]);
});

test('what a command leaves running is killed when it ends', async () => {
  const workspace = await temporaryFolder();
  const word = `MARK_OF_TEST=${path.basename(workspace)}`;
  expect(await run(workspace, `export ${word}; setsid -f sleep 77; sleep 77 & echo over`)).toMatchObject({
    kind: 'exited',
    exitCode: 0,
    output: 'over\n',
  });
  expect(processesWith(word)).toEqual([]);
});

test('a command that takes too long is stopped', async () => {
  expect(await run(await temporaryFolder(), 'echo begun; sleep 77', { timeoutMs: 200 })).toMatchObject({
    kind: 'timed_out',
    output: 'begun\n',
  });
});

test('a run that is cancelled already starts nothing', async () => {
  const workspace = await temporaryFolder();
  expect(await run(workspace, 'touch started', {}, AbortSignal.abort())).toMatchObject({ kind: 'cancelled' });
  expect(existsSync(path.join(workspace, 'started'))).toBe(false);
});

test('a command too long for the system is not started, and says so', async () => {
  const variables = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`V${index}`, 'x'.repeat(60_000)]));
  expect(await run(await temporaryFolder(), 'true', { env: variables })).toMatchObject({
    kind: 'not_started',
    reason: expect.stringContaining('E2BIG'),
  });
});
