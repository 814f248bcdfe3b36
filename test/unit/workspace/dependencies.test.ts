import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sharedDependencies } from '../../../server/src/workspace/dependencies.ts';
import { sampleRepository, type SampleRepository } from './sampleRepository.ts';

let repo: SampleRepository;
beforeEach(() => {
  repo = sampleRepository({
    'package.json': '{"dependencies":{"x":"1"},"scripts":{"test":"true"}}',
    'package-lock.json': '{"lockfileVersion":3}',
    'packages/app/package.json': '{}',
    'py/pyproject.toml': '[project]\n',
    '.gitignore': 'node_modules\n.venv\n',
  });
  for (const folder of ['node_modules/x', 'packages/app/node_modules/y', 'py/.venv/lib', 'plain/node_modules/z']) {
    mkdirSync(path.join(repo.root, folder), { recursive: true });
  }
});
afterEach(() => repo.remove());

async function check(change: (worktreePath: string) => void, expected: readonly string[]): Promise<void> {
  const one = await repo.start('one');
  change(one.path);
  const found = await sharedDependencies(one);
  expect(found).toEqual(
    expected.map((folder) => ({ from: path.join(repo.root, folder), at: path.join(one.path, folder) })),
  );
}

test('installed folders beside a manifest are shared', async () => {
  await check(() => undefined, ['node_modules', 'packages/app/node_modules', 'py/.venv']);
});

test('a changed script shares still, a changed lock file no longer', async () => {
  await check(
    (at) => {
      writeFileSync(path.join(at, 'package.json'), '{"dependencies":{"x":"1"},"scripts":{"test":"false"}}');
      writeFileSync(path.join(at, 'py/uv.lock'), 'new\n');
    },
    ['node_modules', 'packages/app/node_modules'],
  );
});

test('the lock file at the root pins the packages below it', async () => {
  await check((at) => writeFileSync(path.join(at, 'package-lock.json'), '{}'), ['py/.venv']);
});

test('what is in the worktree already, or hangs below a link, is left alone', async () => {
  await check(
    (at) => {
      mkdirSync(path.join(at, 'node_modules'));
      mkdirSync(path.join(at, 'elsewhere'));
      symlinkSync('elsewhere', path.join(at, 'py2'));
    },
    ['packages/app/node_modules', 'py/.venv'],
  );
});

test('a link called node_modules may only lead to a folder of that name', async () => {
  repo.write('packages/b/package.json', '{}');
  mkdirSync(path.join(repo.home, '.ssh'));
  symlinkSync(path.join(repo.home, '.ssh'), path.join(repo.root, 'packages/b/node_modules'));
  await check(() => undefined, ['node_modules', 'packages/app/node_modules', 'py/.venv']);
});
