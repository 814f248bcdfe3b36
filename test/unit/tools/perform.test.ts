import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { RunId } from '../../../server/src/base/id.ts';
import { bareSandbox } from '../../../server/src/sandbox/bare.ts';
import { perform, type ToolDeps } from '../../../server/src/tools/perform.ts';
import { git } from '../../../server/src/workspace/git.ts';
import { permitFor } from '../permitFor.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { workspaceOf } from './workspaceOf.ts';

const never = new AbortController().signal;
const runId = 'run-test' as RunId;

function inGit(root: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: root },
  });
}

interface Stage {
  readonly root: string;
  readonly quarantine: string;
  readonly deps: ToolDeps;
  readonly act: (action: Action) => ReturnType<typeof perform>;
}

/** A repository with one commit, in which `secrets` is denied and `.vscode` governs. */
async function stage(prefix = ''): Promise<Stage> {
  const top = await temporaryFolder();
  const root = path.join(top, prefix);
  mkdirSync(path.join(root, 'secrets'), { recursive: true });
  writeFileSync(path.join(root, 'a.txt'), 'one\n');
  writeFileSync(path.join(root, 'secrets/key'), 'old secret\n');
  inGit(top, 'init', '-q', '-b', 'main');
  inGit(top, 'add', '-A');
  inGit(top, 'commit', '-q', '-m', 'first');
  const quarantine = path.join(await temporaryFolder(), 'quarantine');
  const deps: ToolDeps = {
    workspace: workspaceOf(root, ['secrets']),
    git: {
      git: git(top),
      prefix,
      baseCommit: inGit(top, 'rev-parse', 'HEAD').trim(),
      identity: { name: 'Ada', email: 'ada@example.org' },
    },
    command: {
      sandbox: bareSandbox(process.env, 'a test'),
      dependencies: [],
      isProtected: (name) =>
        name.split('/').some((part) => part === '.vscode' || part === '.git') && !name.startsWith('.git/'),
      network: null,
      isDenied: (name) => name === 'secrets' || name.startsWith('secrets/'),
      quarantine,
    },
  };
  return { root, quarantine, deps, act: async (action) => await perform(permitFor(action, runId), deps, never) };
}

describe.each([
  ['the repository itself', ''],
  ['a folder of it', 'packages/app'],
])('git tools in %s', (_, prefix) => {
  test('status, difference and commit show and take what is visible', async () => {
    const { root, act } = await stage(prefix);
    expect(await act({ kind: 'git_status' })).toEqual({ kind: 'done', text: '[nothing to commit]' });
    expect(await act({ kind: 'git_diff' })).toEqual({ kind: 'done', text: '[no changes]' });
    expect(await act({ kind: 'git_commit', message: 'm' })).toEqual({
      kind: 'failed',
      text: 'there is nothing to commit',
    });
    writeFileSync(path.join(root, 'a.txt'), 'two\n');
    writeFileSync(path.join(root, 'new [x].txt'), 'fresh\n');
    writeFileSync(path.join(root, 'secrets/key'), 'new secret\n');
    writeFileSync(path.join(root, 'secrets/other'), 'other secret\n');
    symlinkSync('/etc/passwd', path.join(root, 'link'));

    expect(await act({ kind: 'git_status' })).toEqual({ kind: 'done', text: ' M a.txt\n?? link\n?? new [x].txt' });
    const before = (await act({ kind: 'git_diff' })).text;
    expect(before).toContain('-one\n+two\n');
    expect(before).toContain('+++ b/new [x].txt\n@@ -0,0 +1,1 @@\n+fresh\n');
    expect(before).not.toMatch(/secret|root:/);
    expect((await act({ kind: 'git_diff', path: 'a.txt' })).text).not.toContain('fresh');
    expect(await act({ kind: 'git_diff', path: 'secrets' })).toMatchObject({ kind: 'failed' });

    const message = '# Say two\n\nLoki-Run: run-forged\n';
    expect(await act({ kind: 'git_commit', message })).toMatchObject({
      kind: 'done',
      text: expect.stringMatching(/^committed 3 paths as [0-9a-f]{7,}$/),
    });
    expect(inGit(root, 'log', '-1', '--format=%an <%ae>%n%B').trim()).toBe(
      'Ada <ada@example.org>\n# Say two\n\nLoki-Run: run-test',
    );
    expect(inGit(root, 'show', '--name-only', '--format=', 'HEAD')).not.toContain('secrets');
    expect((await act({ kind: 'git_diff' })).text).toContain('+two\n');
  });
});

test('a commit runs no hook and no filter of the repository', async () => {
  const { root, act } = await stage();
  writeFileSync(path.join(root, '.git/hooks/pre-commit'), '#!/bin/sh\ntouch hook-ran\n', { mode: 0o755 });
  writeFileSync(path.join(root, '.git/hooks/commit-msg'), '#!/bin/sh\ntouch hook-ran\n', { mode: 0o755 });
  inGit(root, 'config', 'filter.evil.clean', 'touch filter-ran; cat');
  writeFileSync(path.join(root, '.gitattributes'), '*.txt filter=evil\n');
  writeFileSync(path.join(root, 'a.txt'), 'two\n');
  expect(await act({ kind: 'git_commit', message: 'm' })).toMatchObject({ kind: 'done' });
  await act({ kind: 'git_diff' });
  expect(readdirSync(root).filter((name) => name.endsWith('-ran'))).toEqual([]);
});

test('what is installed or built is in no commit, unless the project keeps it in its repository', async () => {
  const { root, act } = await stage();
  for (const folder of ['tests/__pycache__', 'node_modules/x', 'src/target']) {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, folder, 'kept'), 'one\n');
  }
  inGit(root, 'add', 'node_modules');
  inGit(root, 'commit', '-q', '-m', 'kept in the repository');
  writeFileSync(path.join(root, 'node_modules/x/kept'), 'two\n');
  const text = ' M node_modules/x/kept\n?? src/target/kept';
  expect(await act({ kind: 'git_status' })).toEqual({ kind: 'done', text });
  expect((await act({ kind: 'git_diff' })).text).not.toContain('__pycache__');
  expect(await act({ kind: 'git_commit', message: 'm' })).toMatchObject({ kind: 'done' });
  const files = inGit(root, 'show', '--name-only', '--format=', 'HEAD').trim().split('\n');
  expect(files).toEqual(['node_modules/x/kept', 'src/target/kept']);
});

describe('run_command', () => {
  test.each([
    ['echo hello', { kind: 'done', text: 'hello' }],
    ['true', { kind: 'done', text: '[no output]' }],
    ['echo no; exit 3', { kind: 'failed', text: 'no\n[exit code 3]' }],
    ['exit 3', { kind: 'failed', text: '[exit code 3]' }],
  ])('%s', async (command, expected) =>
    expect(await (await stage()).act({ kind: 'command', command })).toMatchObject(expected),
  );

  test('time-out and what could not be started are told apart', async () => {
    const { act } = await stage();
    expect(await act({ kind: 'command', command: 'sleep 77', timeoutMs: 100 })).toMatchObject({
      kind: 'failed',
      command: { kind: 'timed_out' },
    });
    expect(await act({ kind: 'command', command: 'true', cwd: '..' })).toMatchObject({
      kind: 'failed',
      command: { kind: 'not_started' },
    });
  });

  test('a cancelled command is cancelled', async () => {
    const { deps } = await stage();
    const controller = new AbortController();
    const running = perform(permitFor({ kind: 'command', command: 'sleep 77' }), deps, controller.signal);
    controller.abort();
    expect(await running).toMatchObject({ kind: 'cancelled' });
  });

  test('names that govern agents and denied paths are put back, and denied ones are not named', async () => {
    const { root, quarantine, act } = await stage();
    const outcome = await act({
      kind: 'command',
      command: 'mkdir .vscode; echo x > .vscode/tasks.json; echo x > secrets/key; echo fine',
    });
    expect(outcome).toMatchObject({ kind: 'failed', quarantined: ['.vscode', 'secrets/key'] });
    expect(outcome.text).toBe(
      'fine\n[the command changed what agents may not change: .vscode, 1 denied path; its changes were undone]',
    );
    expect(existsSync(path.join(root, '.vscode'))).toBe(false);
    expect(readFileSync(path.join(root, 'secrets/key'), 'utf8')).toBe('old secret\n');
    const [set = ''] = readdirSync(quarantine);
    expect(readdirSync(path.join(quarantine, set)).sort()).toEqual(['.vscode', 'secrets']);
  });
});

test('what no tool does is said to be so, and what needs no tool is noted', async () => {
  const { act } = await stage();
  expect(await act({ kind: 'fetch', url: 'https://example.org' })).toEqual({
    kind: 'failed',
    text: 'fetch cannot be done by this version of Loki',
  });
  expect(await act({ kind: 'finish', summary: 's' })).toEqual({ kind: 'done', text: 'finished' });
});

test('a forged permit has no effect', async () => {
  const { root, deps } = await stage();
  const forged = { action: { kind: 'file_write', path: 'forged', content: 'x' } };
  // What an attacker's code would do: the compiler refuses it without the cast.
  await expect(perform(forged as never, deps, never)).rejects.toThrow('permit');
  expect(existsSync(path.join(root, 'forged'))).toBe(false);
});

test('a file tool that throws because the workspace is gone is a failure, not a crash of another kind', async () => {
  const { root, act } = await stage();
  rmSync(root, { recursive: true });
  expect(await act({ kind: 'file_read', path: 'a.txt' })).toMatchObject({ kind: 'failed' });
});
