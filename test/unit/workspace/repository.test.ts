import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openRepository } from '../../../server/src/workspace/repository.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

let repo: SampleRepository | null = null;
afterEach(() => {
  repo?.remove();
  repo = null;
});

test('a repository is described as it is checked out', async () => {
  repo = sampleRepository({ 'packages/app/a.txt': 'a\n' });
  const head = repo.git('rev-parse', 'HEAD').trim();
  expect(await openRepository(path.join(repo.root, 'packages/app'))).toEqual({
    root: repo.root,
    workspace: path.join(repo.root, 'packages/app'),
    prefix: 'packages/app/',
    commonDir: path.join(repo.root, '.git'),
    head,
    branch: 'main',
  });
  repo.git('checkout', '--quiet', '--detach');
  expect((await openRepository(repo.root)).branch).toBeNull();
});

test('a folder without a repository offers the commands that make one', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki plain '));
  try {
    const opened = openRepository(folder);
    await expect(opened).rejects.toMatchObject({ code: 'not_a_repository' });
    await expect(opened).rejects.toThrow(`cd '${folder}' && git init && git add -A && git commit -m "First commit"`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a repository without a commit says how to make the first', async () => {
  repo = sampleRepository({});
  await expect(openRepository(repo.root)).rejects.toMatchObject({ code: 'no_commit' });
  await expect(openRepository(repo.root)).rejects.toThrow('git add -A && git commit');
});

test('what is no checkout is refused in words', async () => {
  repo = sampleRepository();
  repo.git('clone', '--quiet', '--bare', '.', '../bare.git');
  const bare = path.join(repo.root, '..', 'bare.git');
  await expect(openRepository(bare)).rejects.toThrow('is a bare repository');
  await expect(openRepository(path.join(repo.root, '.git'))).rejects.toThrow('is inside a .git folder');
  await expect(openRepository(path.join(repo.root, 'nope'))).rejects.toThrow('does not exist');
  await expect(openRepository(path.join(repo.root, 'a.txt'))).rejects.toThrow('is a file');
});

test('a broken repository is a failure that git explains', async () => {
  repo = sampleRepository();
  writeFileSync(path.join(repo.root, '.git', 'config'), '[core\n');
  await expect(openRepository(repo.root)).rejects.toMatchObject({ code: 'git_failed' });
  mkdirSync(path.join(repo.root, 'x'));
});
