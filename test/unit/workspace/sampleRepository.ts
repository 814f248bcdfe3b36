import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createWorktree, type Worktree } from '../../../server/src/workspace/worktree.ts';
import { openRepository } from '../../../server/src/workspace/repository.ts';

/** A real repository in a temporary folder, with a home of its own, so that no setting of the machine's user counts. */
export interface SampleRepository {
  readonly root: string;
  readonly home: string;
  readonly lokiHome: string;
  /** Runs plain git, as the user would. */
  git(...args: readonly string[]): string;
  write(file: string, content: string): void;
  read(file: string): string;
  /** A worktree of a run with this name. */
  start(name: string, options?: { readonly includeChanges?: boolean; readonly workspace?: string }): Promise<Worktree>;
  remove(): void;
}

export function sampleRepository(files: Readonly<Record<string, string>> = { 'a.txt': 'a\n' }): SampleRepository {
  const place = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'loki-test-')));
  const root = path.join(place, 'project');
  const home = path.join(place, 'home');
  const lokiHome = path.join(place, 'loki');
  mkdirSync(root);
  mkdirSync(home);
  const saved = process.env['HOME'];
  process.env['HOME'] = home;
  writeFileSync(path.join(home, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.com\n');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  };
  git('init', '--quiet', '--initial-branch=main');
  for (const [file, content] of Object.entries(files)) write(file, content);
  if (Object.keys(files).length > 0) {
    git('add', '--all');
    git('commit', '--quiet', '--message=First');
  }
  return {
    root,
    home,
    lokiHome,
    git,
    write,
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    start: async (name, { includeChanges = false, workspace = root } = {}) =>
      await createWorktree({
        repository: await openRepository(workspace),
        taskId: `task-${name}`,
        runId: `run-${name}`,
        lokiHome,
        includeChanges,
      }),
    remove: () => {
      process.env['HOME'] = saved;
      rmSync(place, { recursive: true, force: true });
    },
  };
}
