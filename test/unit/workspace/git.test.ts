import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acceptRun } from '../../../server/src/workspace/accept.ts';
import { changedFiles, commitAll, diffText, treeOf } from '../../../server/src/workspace/changes.ts';
import { discardRun } from '../../../server/src/workspace/discard.ts';
import { git } from '../../../server/src/workspace/git.ts';
import { openRepository } from '../../../server/src/workspace/repository.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

let repo: SampleRepository;
beforeEach(() => {
  repo = sampleRepository({ 'a.txt': 'one\ntwo\nthree\n', 'b.bin': 'b\n', 'src/c.txt': 'c\n' });
});
afterEach(() => repo.remove());

/** A program that leaves a trace when anything starts it. */
function trap(name: string): { readonly program: string; readonly trace: string } {
  const program = path.join(repo.home, `${name}.sh`);
  const trace = path.join(repo.home, 'trace');
  writeFileSync(program, `#!/bin/sh\necho ${name} >> '${trace}'\ncat\nexit 0\n`);
  chmodSync(program, 0o755);
  return { program, trace };
}

/** Everything that can make git start a program, in the repository's and in the user's configuration. */
function plantEverything(): string {
  const { program, trace } = trap('planted');
  const hooks = path.join(repo.root, '.git', 'hooks');
  for (const hook of [
    'pre-commit',
    'post-commit',
    'post-checkout',
    'post-index-change',
    'reference-transaction',
    'post-merge',
    'pre-merge-commit',
    'commit-msg',
    'prepare-commit-msg',
    'post-rewrite',
    'pre-auto-gc',
  ]) {
    writeFileSync(path.join(hooks, hook), `#!/bin/sh\necho hook-${hook} >> '${trace}'\n`);
    chmodSync(path.join(hooks, hook), 0o755);
  }
  const settings = [
    ['core.hooksPath', hooks],
    ['core.fsmonitor', program],
    ['core.editor', program],
    ['core.pager', program],
    ['core.sshCommand', program],
    ['core.askPass', program],
    ['core.alternateRefsCommand', program],
    ['sequence.editor', program],
    ['credential.helper', program],
    ['gpg.program', program],
    ['commit.gpgSign', 'true'],
    ['tag.gpgSign', 'true'],
    ['log.showSignature', 'true'],
    ['diff.external', program],
    ['diff.evil.command', program],
    ['diff.evil.textconv', program],
    ['diff.evil.cachetextconv', 'true'],
    ['filter.evil.clean', program],
    ['filter.evil.smudge', program],
    ['filter.evil.process', program],
    ['filter.evil.required', 'true'],
    // A name with an equals sign would escape an override that is given as `-c name=value`.
    ['filter.a=b.clean', program],
    ['filter.a=b.smudge', program],
    ['merge.evil.driver', `${program} %O %A %B`],
    ['merge.default', 'evil'],
    ['alias.status', `!${program}`],
    ['alias.rev-parse', `!${program}`],
    ['pager.diff', program],
    ['pager.log', program],
    ['hook.evil.command', program],
    ['hook.evil.event', 'pre-commit'],
    ['submodule.recurse', 'true'],
    ['trailer.evil.command', program],
    ['gc.auto', '1'],
  ] as const;
  for (const [key, value] of settings) {
    repo.git('config', key, value);
    if (!key.startsWith('alias.')) repo.git('config', '--global', key, value);
  }
  writeFileSync(
    path.join(repo.root, '.git', 'info', 'attributes'),
    '*.txt filter=evil diff=evil merge=evil\n*.bin filter=a=b\n',
  );
  return trace;
}

test('nothing that a repository or a user configured is started by any act of the workspace', async () => {
  const trace = plantEverything();
  repo.write('a.txt', 'one\ntwo\nmine\n');
  repo.write('new.txt', 'new\n');
  const started = await repo.start('one', { includeChanges: true });
  writeFileSync(path.join(started.path, 'src/c.txt'), 'changed\n');
  writeFileSync(path.join(started.path, 'x.txt'), 'x\n');
  await changedFiles(started);
  await diffText(started);
  await treeOf(started);
  await commitAll(started, { message: 'Work', runId: 'run-one' });
  const checkout = git(repo.root);
  await checkout.text(['status', '--porcelain']);
  await checkout.text(['log', '-p', '--all']);
  await checkout.text(['diff', 'HEAD']);
  await checkout.text(['blame', 'a.txt']);
  await checkout.text(['show', 'HEAD']);
  expect(await acceptRun(started, 'run-one')).toMatchObject({ kind: 'accepted', how: 'single_commit' });

  const two = await repo.start('two');
  writeFileSync(path.join(two.path, 'src/c.txt'), 'two\n');
  await commitAll(two, { message: 'Work', runId: 'run-two' });
  expect(await discardRun(two)).toMatchObject({ kind: 'discarded' });
  expect(existsSync(trace) ? readFileSync(trace, 'utf8') : '').toBe('');
});

test('the traps of these tests do work when git is not hardened', () => {
  const trace = plantEverything();
  repo.write('a.txt', 'changed\n');
  expect(() => repo.git('--no-pager', 'diff')).toThrow();
  expect(readFileSync(trace, 'utf8')).toContain('planted');
});

test('a diverged branch is merged without the drivers of the configuration: a real conflict stays one', async () => {
  const one = await repo.start('one');
  writeFileSync(path.join(one.path, 'a.txt'), 'theirs\ntwo\nthree\n');
  await commitAll(one, { message: 'Work', runId: 'run-one' });
  repo.write('a.txt', 'one\ntwo\nours\n');
  repo.git('commit', '--quiet', '--all', '--message=Ours');
  const trace = plantEverything();
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'conflict', files: ['a.txt'] });
  expect(existsSync(trace)).toBe(false);
});

test('a submodule is never entered: its file system monitor does not run', async () => {
  const { program, trace } = trap('submodule');
  const inner = path.join(repo.root, 'inner');
  mkdirSync(inner);
  const innerGit = git(inner);
  repo.git('init', '--quiet', 'inner');
  await git(inner).text(['add', '--all']);
  writeFileSync(path.join(inner, 'f'), 'f\n');
  await innerGit.text(['add', '--all']);
  const tree = (await innerGit.text(['write-tree'])).trim();
  const commit = (await innerGit.text(['commit-tree', tree], { input: 'Inner\n' })).trim();
  await innerGit.text(['update-ref', 'refs/heads/master', commit]);
  repo.write('.gitmodules', '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n');
  repo.git('update-index', '--add', '--cacheinfo', `160000,${commit},inner`);
  repo.git('add', '.gitmodules');
  repo.git('commit', '--quiet', '--message=Submodule');
  writeFileSync(path.join(inner, 'f'), 'changed\n');
  await innerGit.text(['config', 'core.fsmonitor', program]);

  const one = await repo.start('one', { includeChanges: true });
  await changedFiles(one);
  writeFileSync(path.join(one.path, 'a.txt'), 'work\n');
  await commitAll(one, { message: 'Work', runId: 'run-one' });
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'accepted', files: ['a.txt'] });
  expect(existsSync(trace)).toBe(false);
});

test('a .git that an agent put into the worktree is not believed', async () => {
  const { program, trace } = trap('replaced');
  const one = await repo.start('one');
  const fake = path.join(one.path, 'fake');
  mkdirSync(fake);
  await git(fake).text(['init', '--quiet']);
  await git(fake).text(['config', 'filter.evil.clean', program]);
  await git(fake).text(['config', 'core.fsmonitor', program]);
  writeFileSync(path.join(one.path, '.git'), `gitdir: ${fake}/.git\n`);
  writeFileSync(path.join(one.path, '.gitattributes'), '* filter=evil\n');
  writeFileSync(path.join(one.path, 'a.txt'), 'work\n');
  const commit = await commitAll(one, { message: 'Work', runId: 'run-one' });
  expect(commit?.files).toEqual(['.gitattributes', 'a.txt']);
  expect(repo.git('rev-parse', one.branch).trim()).toBe(commit?.commit);
  expect(existsSync(trace)).toBe(false);
});

test('variables of the surrounding git are not passed on', async () => {
  const foreign = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_CONFIG_PARAMETERS', 'GIT_EXTERNAL_DIFF'];
  for (const name of foreign) process.env[name] = '/nowhere';
  try {
    expect((await openRepository(repo.root)).root).toBe(repo.root);
  } finally {
    for (const name of foreign) delete process.env[name];
  }
});

test('a failing command tells what git said, and a cancelled one is an abort', async () => {
  await expect(git(repo.root).text(['rev-parse', '--verify', 'nope'])).rejects.toMatchObject({
    code: 'git_failed',
    message: 'git rev-parse failed: Needed a single revision',
  });
  await expect(git(repo.root).text(['status'], { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('a missing git says what to install, and a relative entry of PATH is never searched', async () => {
  const saved = process.env['PATH'];
  process.env['PATH'] = '.:bin';
  try {
    await expect(git(repo.root).text(['status'])).rejects.toMatchObject({
      code: 'git_failed',
      message: 'git was not found: install git and see that it is in PATH',
    });
  } finally {
    process.env['PATH'] = saved;
  }
});
