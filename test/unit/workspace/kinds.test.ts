import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { acceptRun } from '../../../server/src/workspace/accept.ts';
import { commitAll } from '../../../server/src/workspace/changes.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

let repo: SampleRepository | null = null;
afterEach(() => {
  repo?.remove();
  repo = null;
});

/** A whole run in a checkout of some kind: started with uncommitted work, committed, accepted. */
async function check(sample: SampleRepository, checkout: string, file: string): Promise<void> {
  writeFileSync(path.join(checkout, 'mine.txt'), 'mine\n');
  const one = await sample.start('one', { workspace: checkout, includeChanges: true });
  expect(one.root).toBe(checkout);
  writeFileSync(path.join(one.workspace, file), 'changed\n');
  expect((await commitAll(one, { message: 'Work', runId: 'run-one' }))?.files).toEqual([file]);
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'accepted', files: [file] });
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: checkout, encoding: 'utf8' });
  expect(status.trim()).toBe('?? mine.txt');
}

test('a run works in a linked worktree of the user', async () => {
  repo = sampleRepository();
  const linked = path.join(repo.home, 'linked');
  repo.git('worktree', 'add', '--quiet', '-b', 'feature', linked);
  await check(repo, linked, 'a.txt');
  expect(repo.git('log', '-1', '--format=%s', 'main').trim()).toBe('First');
});

test('a run works in a submodule, whose configuration names its folder', async () => {
  repo = sampleRepository();
  const source = path.join(repo.home, 'source');
  repo.git('clone', '--quiet', '.', source);
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', source, 'sub');
  expect(repo.git('config', '--file', '.git/modules/sub/config', 'core.worktree').trim()).not.toBe('');
  await check(repo, path.join(repo.root, 'sub'), 'a.txt');
});

test('a run works in a sparse checkout and does not fill it up', async () => {
  repo = sampleRepository({ 'app/a.txt': 'a\n', 'lib/b.txt': 'b\n' });
  repo.git('sparse-checkout', 'set', 'app');
  await check(repo, repo.root, 'app/a.txt');
  expect(existsSync(path.join(repo.root, 'lib'))).toBe(false);
  expect(repo.git('ls-tree', '-r', '--name-only', 'HEAD').trim().split('\n')).toEqual(['app/a.txt', 'lib/b.txt']);
});

test('a run works in a repository with SHA-256 names', async () => {
  repo = sampleRepository({});
  repo.git('init', '--quiet', '--object-format=sha256', '--initial-branch=main', 'wide');
  const wide = path.join(repo.root, 'wide');
  writeFileSync(path.join(wide, 'a.txt'), 'a\n');
  execFileSync('git', ['add', '--all'], { cwd: wide });
  execFileSync('git', ['commit', '--quiet', '--message=First'], { cwd: wide });
  await check(repo, wide, 'a.txt');
});
