import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { copySample } from '../../server/src/runs/copySample.ts';
import { hasBubblewrap } from '../bubblewrap.ts';
import { root } from '../scenario/play.ts';
import { cli, loki, resultOf, type CliOptions } from './cliRun.ts';

// A run's life as a person has it at the terminal: cancel, crash, resume, accept, discard.

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function sample(): Promise<CliOptions> {
  const cwd = await copySample(path.join(root, 'server/assets'));
  const base = mkdtempSync(path.join(os.tmpdir(), 'loki-life-'));
  open.push(
    () => rmSync(cwd, { recursive: true, force: true }),
    () => rmSync(base, { recursive: true, force: true }),
  );
  return { cwd, lokiHome: path.join(base, 'home') };
}

const git = (where: CliOptions, ...args: string[]): string =>
  execFileSync('git', args, { cwd: where.cwd, encoding: 'utf8' });

const story = (name: string): string => path.join(root, 'test/scenario/scenarios', `${name}.yaml`);

/** Starts a run that will sit in `sleep 61.7`, and resolves once it does. */
async function startSleeping(where: CliOptions): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const args = [cli, 'run', 'Wait', '--provider', 'demo', '--scenario', story('cancel-command'), '--json'];
  const child = spawn(process.execPath, args, {
    cwd: where.cwd,
    env: { PATH, HOME, LOKI_HOME: where.lokiHome },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  open.push(() => child.kill('SIGKILL'));
  let seen = '';
  child.stdout?.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`ended early: ${seen}`)));
    child.stdout?.on('data', (text: string) => {
      seen += text;
      if (/"title":"\$ sleep 61\.7","state":"running"/.test(seen)) resolve();
    });
  });
  // The event precedes the process by a moment.
  await expect.poll(() => sleepers(where), { timeout: 5000 }).not.toEqual([]);
  return child;
}

/** The processes that sleep for such a run, told from those of other tests by the folder they were started in. */
function sleepers({ lokiHome }: CliOptions): readonly number[] {
  const read = (pid: string, what: string): string => readFileSync(`/proc/${pid}/${what}`, 'utf8');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const isSleep = read(pid, 'cmdline') === 'sleep\u000061.7\u0000';
        return isSleep && read(pid, 'environ').includes(`PWD=${lokiHome}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

const ended = async (child: ChildProcess): Promise<number | null> =>
  await new Promise((resolve) => child.on('exit', (code) => resolve(code)));

test.skipIf(process.platform !== 'linux')('Ctrl-C ends every process and says what happened', async () => {
  const where = await sample();
  const child = await startSleeping(where);
  child.kill('SIGINT');
  expect(await ended(child)).toBe(130);
  expect(sleepers(where)).toEqual([]);
  const [run = ''] = readdirSync(path.join(where.cwd, '.loki/runs'));
  const record: unknown = JSON.parse(readFileSync(path.join(where.cwd, '.loki/runs', run, 'run.json'), 'utf8'));
  expect(record).toMatchObject({ state: { kind: 'cancelled', phase: 'act' }, result: { status: 'cancelled' } });
  expect((await loki(['audit', 'verify'], where)).code).toBe(0);

  const discarded = await loki(['discard', run], where);
  expect(discarded.stdout).toMatch(/Discarded the branch loki\/task-.* and its worktree; to bring it back: git branch/);
  expect(git(where, 'branch', '--list', 'loki/*')).toBe('');
  expect((await loki(['discard', run], where)).stderr).toMatch(/was discarded already/);
});

test.skipIf(process.platform !== 'linux')('a run whose process was killed is reported on the next call', async () => {
  const where = await sample();
  const child = await startSleeping(where);
  child.kill('SIGKILL');
  await ended(child);
  // Only bubblewrap dies with its parent; without it nobody is left who could end the command.
  if (hasBubblewrap) await expect.poll(() => sleepers(where), { timeout: 5000 }).toEqual([]);
  else for (const pid of sleepers(where)) process.kill(pid, 'SIGKILL');
  const [run = ''] = readdirSync(path.join(where.cwd, '.loki/runs'));

  const next = await loki(
    ['run', 'Again', '--provider', 'demo', '--scenario', story('refused-action'), '--json'],
    where,
  );
  expect(next.stdout).toContain(`${run} was interrupted in cycle 1 (act)`);
  expect(resultOf(next).audit.valid).toBe(true);
  const again = await loki(
    ['run', 'Again', '--provider', 'demo', '--scenario', story('refused-action'), '--json'],
    where,
  );
  expect(again.stdout).not.toContain('was interrupted');
});

test('a paused run goes on where it stopped once the limit is raised', async () => {
  const where = await sample();
  const args = ['run', 'Read', '--provider', 'demo', '--scenario', story('budget-pause'), '--json'];
  const paused = await loki(args, { ...where, env: { COST_MAX_PER_TASK: '0.08' } });
  expect(paused.code).toBe(4);
  const before = resultOf(paused);
  expect(before).toMatchObject({ status: 'paused', verdict: null });
  expect(before.costUsd).toBeLessThanOrEqual(0.08);
  const { runId } = before;
  expect(runId).not.toBeNull();

  const resumed = await loki(['resume', runId ?? '', '--json'], { ...where, env: { COST_MAX_PER_TASK: '1.00' } });
  const after = resultOf(resumed);
  expect(after).toMatchObject({ status: 'finished', runId, taskId: before.taskId });
  expect(after.costUsd).toBeGreaterThan(before.costUsd);
});

test('a run over a damaged audit log is not verified', async () => {
  const where = await sample();
  const args = ['run', 'Mend it', '--provider', 'demo', '--scenario', 'sample', '--json'];
  expect((await loki(args, where)).code).toBe(0);
  const log = path.join(where.cwd, '.loki/audit/audit.jsonl');
  writeFileSync(log, readFileSync(log, 'utf8').replace('"who":"architect"', '"who":"archivist"'));

  const again = await loki(args, where);
  expect(resultOf(again)).toMatchObject({ verdict: 'CONCERNS', audit: { valid: false } });
  expect(resultOf(again).reason).toMatch(/the audit log is not intact/);
  expect(again.code).toBe(1);
});

test('accept takes the change in; the user’s own work stays', async () => {
  const where = await sample();
  const run = resultOf(await loki(['run', 'Mend it', '--provider', 'demo', '--scenario', 'sample', '--json'], where));
  expect(run.verdict).toBe('VERIFIED');
  expect(git(where, 'status', '--porcelain')).toBe('');
  const runId = run.runId ?? '';

  writeFileSync(path.join(where.cwd, 'src/cart.js'), '// my own idea\n');
  const refused = await loki(['accept', runId], where);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/nothing was touched: your uncommitted work is in the same files \(src\/cart\.js\)/);
  git(where, 'checkout', '-q', '--', 'src/cart.js');

  writeFileSync(path.join(where.cwd, 'README.md'), 'My own words.\n');
  const accepted = await loki(['accept', runId], where);
  expect(accepted.code).toBe(0);
  expect(accepted.stdout).toMatch(/Accepted into main as [0-9a-f]{10}: package\.json, src\/cart\.js/);
  expect(readFileSync(path.join(where.cwd, 'src/cart.js'), 'utf8')).toContain('quantityOf(item)');
  expect(readFileSync(path.join(where.cwd, 'README.md'), 'utf8')).toBe('My own words.\n');
  expect(git(where, 'status', '--porcelain').trim()).toBe('M README.md');
  expect(existsSync(path.join(where.lokiHome, 'worktrees'))).toBe(true);
  expect((await loki(['accept', runId], where)).stderr).toMatch(/was accepted already/);
  expect((await loki(['audit', 'verify'], where)).code).toBe(0);
});

const commit = (where: CliOptions): string =>
  git(where, '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-qam', 'Mine');

test.each<[string, { readonly prepare?: (where: CliOptions) => void; readonly more?: readonly string[] }]>([
  ['several commits, fast-forwarded', {}],
  ['a merge', { prepare: (where) => (writeFileSync(path.join(where.cwd, 'README.md'), 'Mine.\n'), commit(where)) }],
  ['one commit beside work in progress', { more: ['--include-changes'] }],
])('the command that accept prints undoes all of it: %s', async (_, { prepare, more = [] }) => {
  const where = await sample();
  if (more.length > 0) writeFileSync(path.join(where.cwd, 'README.md'), 'In progress.\n');
  const args = ['run', 'Mend it', '--provider', 'demo', '--scenario', 'sample', '--json', ...more];
  const { runId } = resultOf(await loki(args, where));
  prepare?.(where);
  const before = git(where, 'rev-parse', 'HEAD^{tree}');
  const { stdout } = await loki(['accept', runId ?? ''], where);
  expect(git(where, 'rev-parse', 'HEAD^{tree}')).not.toBe(before);
  const [, words = ''] = /^To undo it: git (revert .*)$/m.exec(stdout) ?? [];
  git(where, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words.split(' '));
  expect(git(where, 'rev-parse', 'HEAD^{tree}')).toBe(before);
});
