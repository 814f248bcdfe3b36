import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** A fresh copy of the bundled sample project: a real repository with one commit, on the branch main. */
export interface SampleProject {
  readonly root: string;
  git(...args: readonly string[]): string;
  read(file: string): Promise<string>;
  write(file: string, content: string): Promise<void>;
  /** The ids of its runs, the latest last. */
  runs(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

const assets = path.join(import.meta.dirname, '../../../server/assets/sample');

/** Files given here are part of the commit; they replace the sample's own. The name of the folder is in every screenshot. */
export async function sampleProject(
  files: Readonly<Record<string, string>> = {},
  name = 'sample-shop',
): Promise<SampleProject> {
  const place = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-e2e-project-')));
  const root = path.join(place, name);
  await cp(assets, root, { recursive: true });
  for (const name of await readdir(root)) {
    if (name.startsWith('dot-')) await rename(path.join(root, name), path.join(root, name.replace('dot-', '.')));
  }
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  };
  for (const [file, content] of Object.entries(files)) await write(file, content);

  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: place,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all', '--force');
  git('commit', '--quiet', '--message=Start the sample project');
  return {
    root,
    git,
    write,
    read: async (file) => await readFile(path.join(root, file), 'utf8'),
    runs: async () => {
      const names = await readdir(path.join(root, '.loki/runs')).catch(() => []);
      return names.filter((name) => name.startsWith('run-')).sort();
    },
    remove: async () => await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
