import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acceptRun } from '../../../server/src/workspace/accept.ts';
import { builtLeftovers } from '../../../server/src/workspace/builtLeftovers.ts';
import { commitAll, treeOf } from '../../../server/src/workspace/changes.ts';
import { discardRun } from '../../../server/src/workspace/discard.ts';
import type { Worktree } from '../../../server/src/workspace/worktree.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

let repo: SampleRepository;
beforeEach(() => {
  repo = sampleRepository({ 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': 'b\n', 'old.txt': 'old\n' });
});
afterEach(() => repo.remove());

async function finishedRun(
  files: Readonly<Record<string, string | null>>,
  options: { readonly includeChanges?: boolean } = {},
): Promise<Worktree> {
  const one = await repo.start('one', options);
  for (const [file, content] of Object.entries(files)) {
    const full = path.join(one.path, file);
    mkdirSync(path.dirname(full), { recursive: true });
    if (content === null) rmSync(full);
    else writeFileSync(full, content);
  }
  await commitAll(one, { message: 'Work', runId: 'run-one' });
  return one;
}

const branches = (): string => repo.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').trim();

/** All that a refusal must leave alone. */
const wholeState = (): string =>
  [repo.git('status', '--porcelain', '--untracked-files=all'), repo.git('for-each-ref'), repo.git('diff', 'HEAD')].join(
    '',
  );

test('an unmoved branch is fast-forwarded: files there, worktree and branch gone, unrelated work untouched', async () => {
  const one = await finishedRun({ 'a.txt': '1\n2\nX\n4\n5\n', 'new/n.txt': 'n\n', 'old.txt': null });
  repo.write('b.txt', 'my own work\n');
  repo.write('untracked.txt', 'mine\n');
  repo.write('.loki/audit/audit.jsonl', '{}\n');
  repo.write('staged.txt', 's\n');
  repo.git('add', 'staged.txt');
  const head = repo.git('rev-parse', one.branch).trim();
  const previous = repo.git('rev-parse', 'HEAD').trim();
  expect(await acceptRun(one, 'run-one')).toEqual({
    kind: 'accepted',
    how: 'fast_forward',
    commit: head,
    previous,
    branch: 'main',
    files: ['a.txt', 'new/n.txt', 'old.txt'],
    keptBranch: null,
    keptWorktree: null,
  });
  expect(repo.read('a.txt')).toBe('1\n2\nX\n4\n5\n');
  expect(existsSync(path.join(repo.root, 'old.txt'))).toBe(false);
  expect(repo.git('status', '--porcelain', '--untracked-files=all').trim().split('\n')).toEqual([
    'M b.txt',
    'A  staged.txt',
    '?? .loki/audit/audit.jsonl',
    '?? untracked.txt',
  ]);
  expect(branches()).toBe('main');
  expect(existsSync(one.path)).toBe(false);
});

test('a branch that moved on gets a merge commit, and no commit of the user is rewritten', async () => {
  const one = await finishedRun({ 'a.txt': '1\n2\n3\n4\nX\n' });
  repo.write('a.txt', 'Y\n2\n3\n4\n5\n');
  repo.git('commit', '--quiet', '--all', '--message=Mine');
  const mine = repo.git('rev-parse', 'HEAD').trim();
  const result = await acceptRun(one, 'run-one');
  expect(result).toMatchObject({ kind: 'accepted', how: 'merge', files: ['a.txt'] });
  expect(repo.read('a.txt')).toBe('Y\n2\n3\n4\nX\n');
  expect(repo.git('rev-parse', 'HEAD^1').trim()).toBe(mine);
  expect(repo.git('status', '--porcelain')).toBe('');
});

test('a conflict is refused with its files and nothing is touched', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n', 'b.txt': 'theirs\n' });
  repo.write('a.txt', 'Y\n');
  repo.git('commit', '--quiet', '--all', '--message=Mine');
  const before = wholeState();
  expect(await acceptRun(one, 'run-one')).toEqual({ kind: 'conflict', files: ['a.txt'], branch: one.branch });
  expect(wholeState()).toBe(before);
});

test.each<[string, () => void, string]>([
  ['changed', () => repo.write('a.txt', 'mine\n'), 'a.txt'],
  ['changed and staged', () => (repo.write('a.txt', 'mine\n'), repo.git('add', 'a.txt')), 'a.txt'],
  [
    'staged and changed back',
    () => {
      repo.write('a.txt', 'mine\n');
      repo.git('add', 'a.txt');
      repo.write('a.txt', '1\n2\n3\n4\n5\n');
    },
    'a.txt',
  ],
  ['deleted', () => rmSync(path.join(repo.root, 'a.txt')), 'a.txt'],
  ['untracked where the run adds', () => repo.write('new/n.txt', 'mine\n'), 'new/n.txt'],
  ['a file where the run adds a folder', () => repo.write('new', 'mine\n'), 'new/n.txt'],
  ['a folder where the run adds a file', () => repo.write('file/mine.txt', 'mine\n'), 'file'],
  ['a link out of the checkout', () => symlinkSync(repo.home, path.join(repo.root, 'new')), 'new/n.txt'],
  [
    'an ignored file where the run adds',
    () => {
      writeFileSync(path.join(repo.root, '.git/info/exclude'), 'new\n');
      repo.write('new/n.txt', 'mine\n');
    },
    'new/n.txt',
  ],
])('uncommitted work that would be overwritten refuses: %s', async (_name, disturb, file) => {
  const one = await finishedRun({ 'a.txt': 'X\n', 'new/n.txt': 'n\n', file: 'f\n' });
  disturb();
  const before = wholeState();
  expect(await acceptRun(one, 'run-one')).toEqual({ kind: 'overlap', files: [file] });
  expect(wholeState()).toBe(before);
});

test('work that was taken along stays uncommitted, and the run becomes one commit of its own', async () => {
  repo.write('b.txt', 'in progress\n');
  repo.write('mine.txt', 'mine\n');
  const one = await finishedRun({ 'a.txt': 'X\n' }, { includeChanges: true });
  const head = repo.git('rev-parse', 'HEAD').trim();
  expect(await acceptRun(one, 'run-one')).toMatchObject({
    kind: 'accepted',
    how: 'single_commit',
    files: ['a.txt'],
    keptBranch: one.branch,
  });
  expect(repo.git('rev-parse', 'HEAD^').trim()).toBe(head);
  expect(repo.git('show', '--name-only', '--format=', 'HEAD').trim()).toBe('a.txt');
  expect(repo.git('status', '--porcelain').trim().split('\n')).toEqual(['M b.txt', '?? mine.txt']);
});

test('a run on top of taken work that touches the same file waits until that work is committed', async () => {
  repo.write('b.txt', 'in progress\n');
  repo.write('mine.txt', 'mine\n');
  const one = await finishedRun(
    { 'b.txt': 'in progress\nand more\n', 'mine.txt': 'mine too\n' },
    { includeChanges: true },
  );
  expect(await acceptRun(one, 'run-one')).toEqual({ kind: 'overlap', files: ['b.txt', 'mine.txt'] });
  repo.git('add', '--all');
  repo.git('commit', '--quiet', '--message=Mine');
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'accepted', files: ['b.txt', 'mine.txt'] });
  expect(repo.read('b.txt')).toBe('in progress\nand more\n');
});

test('what stands in the way is said as what it is', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n' });
  repo.git('checkout', '--quiet', '--detach');
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'detached' });
  repo.git('checkout', '--quiet', 'main');
  writeFileSync(path.join(repo.root, '.git/MERGE_HEAD'), repo.git('rev-parse', 'HEAD'));
  expect(await acceptRun(one, 'run-one')).toEqual({ kind: 'in_progress', operation: 'a merge' });
  rmSync(path.join(repo.root, '.git/MERGE_HEAD'));
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'accepted' });
  expect(await acceptRun(one, 'run-one')).toEqual({ kind: 'branch_missing', branch: one.branch });
});

test('a run that changed nothing has nothing to accept', async () => {
  const one = await finishedRun({});
  expect(await acceptRun(one, 'run-one')).toEqual({ kind: 'nothing', branch: 'main' });
});

test('a branch on which .loki was changed is not brought in', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n' });
  mkdirSync(path.join(one.path, '.loki'));
  writeFileSync(path.join(one.path, '.loki/config.yaml'), 'scope: {}\n');
  repo.git('-C', one.path, 'add', '--all');
  repo.git('-C', one.path, 'commit', '--quiet', '--message=By hand');
  expect(await acceptRun(one, 'run-one')).toEqual({
    kind: 'protected',
    files: ['.loki/config.yaml'],
    branch: one.branch,
  });
});

test('work that was never committed keeps the worktree', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n' });
  writeFileSync(path.join(one.path, 'b.txt'), 'later\n');
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'accepted', keptWorktree: one.path });
  expect(existsSync(one.path)).toBe(true);
});

test('what tests built is no work of the run: in no commit, in nobody’s way, and no reason to keep the worktree', async () => {
  const one = await repo.start('one');
  for (const file of ['a.txt', 'tests/__pycache__/t.pyc', 'target/t.rs']) {
    mkdirSync(path.dirname(path.join(one.path, file)), { recursive: true });
    writeFileSync(path.join(one.path, file), 'new\n');
  }
  repo.write('tests/__pycache__/t.pyc', 'mine\n');
  const before = await treeOf(one);
  writeFileSync(path.join(one.path, 'tests/__pycache__/t.pyc'), 'newer\n');
  expect(await treeOf(one)).toBe(before);
  expect(await builtLeftovers(one)).toEqual(['tests/__pycache__']);
  const commit = await commitAll(one, { message: 'Work', runId: 'run-one' });
  expect(commit?.files).toEqual(['a.txt', 'target/t.rs']);
  expect(await acceptRun(one, 'run-one')).toMatchObject({ kind: 'accepted', keptWorktree: null });
  expect(repo.read('tests/__pycache__/t.pyc')).toBe('mine\n');
});

test('discarding removes worktree and branch and nothing else', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n' });
  const head = repo.git('rev-parse', one.branch).trim();
  repo.write('a.txt', 'mine\n');
  expect(await discardRun(one)).toEqual({ kind: 'discarded', path: one.path, branch: one.branch, commit: head });
  expect(branches()).toBe('main');
  expect(repo.read('a.txt')).toBe('mine\n');
  expect(await discardRun(one)).toEqual({ kind: 'discarded', path: null, branch: null, commit: null });
});

test('commits that the run did not make stop a discard until it is said that they may go', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n' });
  writeFileSync(path.join(one.path, 'b.txt'), 'by hand\n');
  repo.git('-C', one.path, 'commit', '--quiet', '--all', '--message=By hand');
  const commit = repo.git('rev-parse', one.branch).trim();
  expect(await discardRun(one)).toEqual({
    kind: 'foreign_commits',
    branch: one.branch,
    commits: [{ commit, subject: 'By hand' }],
  });
  expect(existsSync(one.path)).toBe(true);
  expect(await discardRun(one, { withForeignCommits: true })).toMatchObject({ kind: 'discarded', commit });
});

test('a branch that is checked out elsewhere is not taken away from there', async () => {
  const one = await finishedRun({ 'a.txt': 'X\n' });
  const other = path.join(repo.home, 'other');
  repo.git('worktree', 'add', '--quiet', '--force', other, one.branch);
  expect(await discardRun(one)).toEqual({ kind: 'in_use', branch: one.branch, at: other });
});
