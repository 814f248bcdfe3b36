import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loki, resultOf, scratchRepository } from './cliRun.ts';

const scenario = path.join(import.meta.dirname, 'ignored-file.yaml');

test('code that leans on a file that git ignores is not verified: the branch would not have it', async () => {
  const scratch = scratchRepository({
    '.gitignore': 'build/\n',
    'src/add.js': 'export const add = (a, b) => a - b;\n',
    'a.test.js':
      "import test from 'node:test'; import assert from 'node:assert'; import { add } from './src/add.js';\n" +
      "test('adds', () => assert.equal(add(1, 2), 3));\n",
    '.loki/config.yaml': 'scope: { allowed_commands: [npm test] }\nrun: { max_cycles: 1 }\n',
  });
  const where = { cwd: scratch.folder, lokiHome: scratch.lokiHome };
  const result = resultOf(
    await loki(['run', 'Mend the sum', '--provider', 'demo', '--scenario', scenario, '--json'], where),
  );
  expect(result).toMatchObject({ verdict: 'BLOCKED', filesChanged: ['src/add.js'] });
  expect(result.gates[0]).toMatchObject({ id: 'tests', status: 'failed' });

  // The agent's own files are where they were once the gates are through.
  const [worktree = ''] = execFileSync('git', ['worktree', 'list', '--porcelain'], {
    cwd: scratch.folder,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line.startsWith('worktree ') && line.includes('/worktrees/'))
    .map((line) => line.slice('worktree '.length));
  expect(existsSync(path.join(worktree, 'build/real.js'))).toBe(true);
  expect(existsSync(`${worktree}.aside`)).toBe(false);
  scratch.remove();
});

test('what the set-up command makes stays for the gates', async () => {
  const scratch = scratchRepository({
    '.gitignore': 'build/\n',
    'a.test.js':
      "import test from 'node:test'; import assert from 'node:assert'; import { existsSync } from 'node:fs';\n" +
      "test('is built', () => assert.ok(existsSync('build/made')));\n",
    '.loki/config.yaml':
      'workspace: { setup: mkdir build && touch build/made }\nscope: { allowed_commands: [mkdir, touch, npm test] }\n',
  });
  const where = { cwd: scratch.folder, lokiHome: scratch.lokiHome };
  const answer = await loki(['run', 'Say hello', '--provider', 'demo', '--trust', '--json'], where);
  expect(resultOf(answer)).toMatchObject({ verdict: 'VERIFIED' });
  scratch.remove();
});
