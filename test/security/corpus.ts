import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DecisionKind } from '#protocol/policy';

// The corpus of hostile and harmless actions, and the throw-away projects they are about: a workspace, and beside it a
// folder that no agent may reach.

export interface Case {
  readonly id: string;
  readonly category: string;
  readonly why: string;
  readonly platform: string;
  readonly workspace: Spec;
  readonly config: Readonly<Record<string, unknown>>;
  readonly action: unknown;
  readonly expected: DecisionKind;
}

interface Spec {
  readonly files?: Readonly<Record<string, string>>;
  readonly outside?: Readonly<Record<string, string>>;
  readonly git?: boolean;
  readonly symlinks?: Readonly<Record<string, string>>;
  readonly hardlinks?: Readonly<Record<string, string>>;
}

export interface Project {
  readonly base: string;
  readonly workspace: string;
  readonly outside: string;
}

/** What every file that no agent may read contains. */
export const decoy = 'DECOY-7f3a-SECRET';

const here = (platform: string): boolean => platform === 'any' || platform === process.platform;

/** The cases for this system, in groups that share a project. */
export function readCorpus(): readonly (readonly Case[])[] {
  const lines = readFileSync(path.join(import.meta.dirname, 'policy.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean);
  const cases = lines.map((line) => JSON.parse(line) as Case); // The file is ours; every case is used as it is.
  const groups = Map.groupBy(
    cases.filter(({ platform }) => here(platform)),
    ({ workspace, config }) => JSON.stringify([workspace, config]),
  );
  return [...groups.values()];
}

/** Puts the project's real folders into everything that names them. */
export function placed<T>(value: T, { workspace, outside }: Project): T {
  const text = JSON.stringify(value) ?? 'null';
  return JSON.parse(text.replaceAll('@outside', outside).replaceAll('@workspace', workspace)) as T; // The same shape.
}

/** Lays out the project of a case in a new folder, which the caller removes. */
export async function makeProject({ workspace: spec, config }: Case): Promise<Project> {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'loki-attack-')));
  const project = { base, workspace: path.join(base, 'workspace'), outside: path.join(base, 'outside') };
  const put = (root: string, files: Readonly<Record<string, string>> = {}): void => {
    mkdirSync(root, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const place = path.join(root, name);
      mkdirSync(name.endsWith('/') ? place : path.dirname(place), { recursive: true });
      if (name.endsWith('/')) continue;
      const isSecret = /(?:^|\/)(?:secret\.txt|keys|key\.txt)$/.test(name);
      writeFileSync(place, isSecret ? `${decoy}\n` : placed(content, project));
      if (content.startsWith('#!')) chmodSync(place, 0o755);
    }
  };
  put(project.outside, spec.outside);
  put(project.workspace, spec.files);
  if (spec.git === true) addRepository(spec, project.workspace);
  put(project.workspace, { '.loki/config.yaml': JSON.stringify(config) });
  for (const [links, make] of [
    [spec.symlinks, symlinkSync],
    [spec.hardlinks, linkSync],
  ] as const) {
    for (const [name, target] of Object.entries(placed(links ?? {}, project))) {
      const place = path.join(project.workspace, name);
      mkdirSync(path.dirname(place), { recursive: true });
      make(target, place);
    }
  }
  return project;
}

const repositories = new Map<string, string>();

/** A repository with everything in it committed. The cases share their files, so one is made and copied. */
function addRepository({ files }: Spec, folder: string): void {
  const key = JSON.stringify(files);
  const known = repositories.get(key);
  if (known !== undefined) {
    cpSync(known, path.join(folder, '.git'), { recursive: true, preserveTimestamps: true });
    return;
  }
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.test', ...args], { cwd: folder, env });
  git('-c', 'init.defaultBranch=main', 'init', '-q');
  git('add', '-A', '--ignore-errors');
  git('commit', '-q', '--allow-empty', '-m', 'first');
  const kept = mkdtempSync(path.join(os.tmpdir(), 'loki-attack-git-'));
  cpSync(path.join(folder, '.git'), kept, { recursive: true, preserveTimestamps: true });
  repositories.set(key, kept);
}

/** Removes what the projects shared. */
export function forgetRepositories(): void {
  for (const folder of repositories.values()) rmSync(folder, { recursive: true, force: true });
  repositories.clear();
}

/** Everything that no attack may change: what is outside, and the names in the workspace that govern agents. */
export function guarded({ workspace, outside }: Project): Readonly<Record<string, string>> {
  const seen: Record<string, string> = {};
  const visit = (place: string): void => {
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isSymbolicLink()) seen[place] = `link ${readlinkSync(place)}`;
    else if (stats.isDirectory()) {
      seen[place] = `folder ${mode}`;
      for (const name of readdirSync(place)) visit(path.join(place, name));
    } else
      seen[place] =
        `file ${mode} ${place.startsWith(outside) ? stats.nlink : ''} ${stats.isFile() ? readFileSync(place, 'latin1') : ''}`;
  };
  visit(outside);
  for (const name of governing) visit(path.join(workspace, name));
  return seen;
}

const governing =
  '.git .loki .vscode .claude .cursor .codex .idea .husky .devcontainer .mcp.json .gitmodules .yarnrc.yml .npmrc src/secrets'.split(
    ' ',
  );
