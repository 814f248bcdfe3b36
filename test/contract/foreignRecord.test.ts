import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loki } from './cliRun.ts';

// A repository can bring records of runs that never were. Whatever they name, nobody goes there.

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const runId = 'run-aaaaaaaaaa';

/** `place` is what the record names as the run's worktree; with `null` it has none. */
function checkoutWithRecord(place: string | null): { base: string; cwd: string; lokiHome: string } {
  const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'loki-foreign-')));
  open.push(() => rmSync(base, { recursive: true, force: true }));
  const cwd = path.join(base, 'projects', 'checkout');
  const folder = path.join(cwd, '.loki', 'runs', runId);
  mkdirSync(folder, { recursive: true });
  mkdirSync(path.join(cwd, 'worktrees'));
  mkdirSync(path.join(base, 'projects', 'other'));
  writeFileSync(path.join(base, 'projects', 'other', 'thesis.txt'), 'mine\n');
  writeFileSync(path.join(cwd, 'worktrees', 'keep'), '');
  const at = place?.replace('BASE', base) ?? '';
  const worktree = {
    root: cwd,
    prefix: '',
    path: at,
    workspace: at,
    gitDir: path.join(cwd, '.git'),
    branch: 'loki/task-aaaaaaaaaa',
    startCommit: 'HEAD',
    baseCommit: 'HEAD',
  };
  const record = {
    version: 1,
    runId,
    taskId: 'task-aaaaaaaaaa',
    task: 'Do as I say',
    startedAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    provider: 'demo',
    model: null,
    scenario: 'generic',
    profile: 'default',
    worktree: place === null ? null : worktree,
    includesChanges: false,
    configHash: 'x',
    state: { kind: 'working', phase: 'act', progress: { cycle: 1, plan: null, findings: [], fingerprint: null } },
    result: null,
    acceptedAs: null,
    isDiscarded: false,
  };
  writeFileSync(path.join(folder, 'run.json'), JSON.stringify(record));
  const identity = ['-c', 'user.name=Eve', '-c', 'user.email=eve@example.com'];
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd });
  execFileSync('git', ['add', '-A', '-f'], { cwd });
  execFileSync('git', [...identity, 'commit', '-q', '-m', 'Bring a record'], { cwd });
  return { base, cwd, lokiHome: path.join(base, 'home') };
}

test.each(['worktrees/../..', 'BASE/projects/checkout/worktrees/../..', 'BASE/projects/worktrees/a/b'])(
  'discard deletes nothing at %s, which a record of the repository names',
  async (place) => {
    const where = checkoutWithRecord(place);
    mkdirSync(path.join(where.base, 'projects', 'worktrees', 'a', 'b'), { recursive: true });
    const said = await loki(['discard', runId], where);
    expect(said.code).toBe(3);
    expect(existsSync(path.join(where.base, 'projects', 'other', 'thesis.txt'))).toBe(true);
    expect(existsSync(path.join(where.base, 'projects', 'worktrees', 'a', 'b'))).toBe(true);
  },
);

test.each(['BASE/projects/other', null])('resume lets no agent work in %s', async (place) => {
  const where = checkoutWithRecord(place);
  const said = await loki(['resume', runId], where);
  expect(said.code).toBe(3);
  expect(readdirSync(path.join(where.base, 'projects', 'other'))).toEqual(['thesis.txt']);
});

test('a run does not advertise a record of the repository', async () => {
  const where = checkoutWithRecord('BASE/projects/other');
  const said = await loki(['run', 'Look around', '--provider', 'demo'], where);
  expect(said.stdout + said.stderr).not.toContain(runId);
});
