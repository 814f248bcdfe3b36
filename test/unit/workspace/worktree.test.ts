import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  changedFiles,
  commitAll,
  diffText,
  fileChanges,
  filesAt,
  headOf,
  readFileAt,
  treeOf,
} from '../../../server/src/workspace/changes.ts';
import { openRepository } from '../../../server/src/workspace/repository.ts';
import { createWorktree, removeWorktree, type Worktree } from '../../../server/src/workspace/worktree.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

let repo: SampleRepository;
beforeEach(() => {
  repo = sampleRepository({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'packages/app/x.ts': 'x\n', '.gitignore': 'ignored\n' });
});
afterEach(() => repo.remove());

const put = (worktree: Worktree, file: string, content: string): void =>
  writeFileSync(path.join(worktree.workspace, file), content);

/** What the user sees of their own checkout: branches, index, files. */
function checkoutState(): string {
  return [repo.git('status', '--porcelain'), repo.git('for-each-ref'), repo.git('stash', 'list')].join('--\n');
}

test('a worktree lies under the Loki home on a branch of its own, and the checkout stays as it was', async () => {
  repo.write('a.txt', 'dirty\n');
  repo.write('staged.txt', 's\n');
  repo.git('add', 'staged.txt');
  const before = checkoutState();
  const one = await repo.start('one');
  expect(path.dirname(path.dirname(one.path))).toBe(path.join(repo.lokiHome, 'worktrees'));
  expect(path.basename(path.dirname(one.path))).toMatch(/^project-[0-9a-f]{8}$/);
  expect(one).toMatchObject({ branch: 'loki/task-one', baseCommit: one.startCommit, workspace: one.path });
  expect(readFileSync(path.join(one.path, 'a.txt'), 'utf8')).toBe('a\n');
  expect(checkoutState().replace(/^.*loki\/task-one\n/m, '')).toBe(before);
});

test('uncommitted work is taken along on demand, ignored files and Loki state are not', async () => {
  repo.write('a.txt', 'dirty\n');
  repo.write('new.txt', 'new\n');
  repo.write('ignored', 'ignored\n');
  repo.write('.loki/runs/r.json', '{}');
  repo.write('staged.txt', 'staged\n');
  repo.git('add', 'staged.txt');
  rmSync(path.join(repo.root, 'b.txt'));
  const before = repo.git('status', '--porcelain');
  const one = await repo.start('one', { includeChanges: true });
  expect(readdirSync(one.path).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'new.txt', 'packages', 'staged.txt']);
  expect(readFileSync(path.join(one.path, 'a.txt'), 'utf8')).toBe('dirty\n');
  expect(await changedFiles(one)).toEqual([]);
  expect(one.baseCommit).not.toBe(one.startCommit);
  expect(repo.git('status', '--porcelain')).toBe(before);
});

test('with nothing uncommitted, taking changes along starts from the very commit', async () => {
  const one = await repo.start('one', { includeChanges: true });
  expect(one.baseCommit).toBe(one.startCommit);
});

test('a workspace below the root is the same folder in the worktree, and paths are seen from there', async () => {
  const one = await repo.start('one', { workspace: path.join(repo.root, 'packages/app') });
  expect(one.workspace).toBe(path.join(one.path, 'packages/app'));
  put(one, 'y.ts', 'y\n');
  writeFileSync(path.join(one.path, 'a.txt'), 'beside\n');
  expect(await changedFiles(one)).toEqual(['../../a.txt', 'y.ts']);
  expect(await filesAt(one, one.baseCommit)).toEqual(['x.ts']);
  expect((await readFileAt(one, one.baseCommit, 'x.ts'))?.toString()).toBe('x\n');
  expect(await diffText(one)).toContain('+++ b/y.ts');
});

test('the branch of an earlier run is never taken over', async () => {
  await repo.start('one');
  await expect(repo.start('one')).rejects.toThrow('the branch loki/task-one exists already');
  repo.git('branch', '--move', 'loki/task-one', 'loki-old');
  repo.git('branch', 'loki');
  await expect(repo.start('two')).rejects.toThrow('rename it: git branch -m loki');
});

test('a cancelled or failed start leaves neither folder nor branch', async () => {
  const repository = await openRepository(repo.root);
  const request = { repository, taskId: 'task-x', runId: 'run-x', lokiHome: repo.lokiHome, includeChanges: false };
  await expect(createWorktree(request, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  const parent = path.join(repo.lokiHome, 'worktrees');
  await expect(createWorktree({ ...request, repository: { ...repository, head: 'nope' } })).rejects.toMatchObject({
    code: 'git_failed',
  });
  for (const project of existsSync(parent) ? readdirSync(parent) : []) {
    expect(readdirSync(path.join(parent, project))).toEqual([]);
  }
  expect(repo.git('branch', '--list', 'loki/*')).toBe('');
  expect(repo.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test('a Loki home that cannot be written is named', async () => {
  writeFileSync(repo.lokiHome, 'a file\n');
  await expect(repo.start('one')).rejects.toMatchObject({ code: 'disk_unwritable' });
});

test('changes, tree and difference show committed, uncommitted and new files alike', async () => {
  const one = await repo.start('one');
  const before = await treeOf(one);
  put(one, 'a.txt', 'a2\n');
  put(one, 'n w ä.txt', 'new\n');
  rmSync(path.join(one.path, 'b.txt'));
  expect(await fileChanges(one)).toEqual([
    { path: 'a.txt', status: 'modified' },
    { path: 'b.txt', status: 'deleted' },
    { path: 'n w ä.txt', status: 'added' },
  ]);
  const text = await diffText(one);
  expect(text).toContain('+a2');
  expect(text).toContain('+new');
  expect(text).toContain('-b');
  expect(await diffText(one, { paths: ['a.txt'] })).not.toContain('new');
  expect(await diffText(one, { paths: [] })).toBe('');
  expect(await treeOf(one)).not.toBe(before);
  const commit = await commitAll(one, { message: 'Change things', runId: 'run-one' });
  expect(commit?.files).toEqual(['a.txt', 'b.txt', 'n w ä.txt']);
  expect(await headOf(one)).toBe(commit?.commit);
  expect(await changedFiles(one)).toEqual(['a.txt', 'b.txt', 'n w ä.txt']);
  expect(await fileChanges(one, { base: await headOf(one) })).toEqual([]);
  expect(repo.git('log', '-1', '--format=%an <%ae>%n%B', one.branch)).toBe(
    'Ada <ada@example.com>\nChange things\n\nLoki-Run: run-one\n\n',
  );
  expect(await commitAll(one, { message: 'Again', runId: 'run-one' })).toBeNull();
});

test('without an identity, Loki is the author', async () => {
  writeFileSync(path.join(repo.home, '.gitconfig'), '');
  const one = await repo.start('one');
  put(one, 'a.txt', 'a2\n');
  await commitAll(one, { message: '--template=x', runId: 'run-one' });
  expect(repo.git('log', '-1', '--format=%an <%ae> %s', one.branch).trim()).toBe('Loki <loki@localhost> --template=x');
});

test('names that are hard to handle are committed like others', async () => {
  const one = await repo.start('one');
  for (const name of ['-f', ':(top)x', '*.txt', ' lead', 'new\nline', '"q"']) put(one, name, 'x\n');
  const broken = Buffer.concat([Buffer.from(`${one.path}/broken-`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(broken, 'x\n');
  const commit = await commitAll(one, { message: 'Names', runId: 'run-one' });
  expect(commit?.files).toHaveLength(7);
  expect(await fileChanges(one, { base: await headOf(one) })).toEqual([]);
});

test('what an agent puts into .loki or into a repository of its own is not committed', async () => {
  const one = await repo.start('one');
  mkdirSync(path.join(one.path, '.loki'));
  put(one, '.loki/config.yaml', 'x: 1\n');
  mkdirSync(path.join(one.path, 'nested/.git'), { recursive: true });
  put(one, 'nested/.git/HEAD', 'ref: refs/heads/x\n');
  put(one, 'nested/f', 'f\n');
  put(one, 'a.txt', 'a2\n');
  const commit = await commitAll(one, { message: 'Work', runId: 'run-one' });
  expect(commit?.files.filter((file) => file.startsWith('.loki'))).toEqual([]);
});

test('a link is committed as a link, never followed', async () => {
  const one = await repo.start('one');
  repo.write('../secret', 'secret\n');
  symlinkSync(path.join(repo.root, '../secret'), path.join(one.path, 'link'));
  await commitAll(one, { message: 'Link', runId: 'run-one' });
  expect(repo.git('cat-file', 'blob', `${one.branch}:link`)).toBe(path.join(repo.root, '../secret'));
});

test('removing takes the folder, also one that resists, and leaves branch and other worktrees', async () => {
  const one = await repo.start('one');
  const two = await repo.start('two');
  mkdirSync(path.join(one.path, 'locked'));
  put(one, 'locked/f', 'f\n');
  chmodSync(path.join(one.path, 'locked'), 0o500);
  writeFileSync(path.join(one.path, '.git'), 'gitdir: /nowhere\n');
  await removeWorktree(one);
  await removeWorktree(one);
  expect(existsSync(one.path)).toBe(false);
  expect(existsSync(two.path)).toBe(true);
  expect(repo.git('worktree', 'list')).not.toContain('run-one');
  expect(repo.git('branch', '--list', 'loki/task-one')).toContain('loki/task-one');
});

test('a record that names a folder that is no worktree of ours removes nothing', async () => {
  const one = await repo.start('one');
  const kept = path.join(repo.root, 'a.txt');
  await expect(removeWorktree({ path: repo.root, gitDir: one.gitDir })).rejects.toThrow(
    'not a worktree that Loki made',
  );
  await expect(removeWorktree({ path: repo.root, gitDir: '/nowhere' })).rejects.toThrow(
    'not a worktree that Loki made',
  );
  expect(existsSync(kept)).toBe(true);
});

test('a sparse checkout gives a worktree with the same files, and the rest is not deleted by a commit', async () => {
  repo.git('sparse-checkout', 'set', 'packages/app');
  const one = await repo.start('one');
  expect(existsSync(path.join(one.path, 'packages/app/x.ts'))).toBe(true);
  put(one, 'packages/app/x.ts', 'x2\n');
  expect((await commitAll(one, { message: 'Work', runId: 'run-one' }))?.files).toEqual(['packages/app/x.ts']);
});
