import path from 'node:path';
import type { Git } from './git.ts';
import { identityFor } from './identity.ts';
import { isLokiState } from './lokiState.ts';
import { listUntracked, stageAll, withIndexCopy } from './snapshot.ts';
import { gitIn, inWorkspace, type Worktree } from './worktree.ts';

/** A file that differs between two states. The path is as the workspace sees it. */
export interface FileChange {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
}

/** The paths that differ between where the run started and the worktree's files as they are now. */
export async function changedFiles(worktree: Worktree, signal?: AbortSignal): Promise<readonly string[]> {
  const changes = await fileChanges(worktree, { ...(signal !== undefined && { signal }) });
  return changes.map((change) => change.path);
}

/** What differs between `base` (by default where the run started) and the worktree's files as they are now. */
export async function fileChanges(
  worktree: Worktree,
  options: { readonly base?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly FileChange[]> {
  const { base = worktree.baseCommit, signal } = options;
  const tree = gitIn(worktree);
  const tracked = await tree.names(['diff', '-z', '--name-status', '--no-renames', '--ignore-submodules=all', base], {
    signal,
  });
  const untracked = await tree.names(listUntracked, { signal });
  const changes = new Map<string, FileChange['status']>();
  for (const { status, name } of statusPairs(tracked)) changes.set(name, status);
  for (const name of untracked) {
    // A slash at the end marks a repository inside this one.
    if (!name.endsWith('/')) changes.set(name, changes.has(name) ? 'modified' : 'added');
  }
  return [...changes]
    .filter(([name]) => !isLokiState(name))
    .map(([name, status]) => ({ path: inWorkspace(worktree, name), status }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What differs between two commits. */
export async function changesBetween(
  worktree: Worktree,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<readonly FileChange[]> {
  const args = ['diff-tree', '-r', '-z', '--name-status', '--no-renames', from, to];
  const pairs = statusPairs(await gitIn(worktree).names(args, { signal }));
  return pairs.map(({ status, name }) => ({ path: inWorkspace(worktree, name), status }));
}

export interface Commit {
  readonly commit: string;
  /** Paths as the workspace sees them. */
  readonly files: readonly string[];
}

/**
 * Commits everything that changed in the worktree on the run's branch, without hooks; null when nothing did. The
 * author is the user as git knows them, or Loki where there is no identity; a trailer marks the commit as the run's.
 */
export async function commitAll(
  worktree: Worktree,
  options: { readonly message: string; readonly runId: string; readonly signal?: AbortSignal },
): Promise<Commit | null> {
  const { message, runId, signal } = options;
  const tree = gitIn(worktree);
  const ref = `refs/heads/${worktree.branch}`;
  const parent = await headOf(worktree, signal);
  await stageAll(tree, null, signal);
  const content = (await tree.text(['write-tree'], { signal })).trim();
  const before = (await tree.text(['rev-parse', `${parent}^{tree}`], { signal })).trim();
  if (content === before) return null;
  const identity = await identityFor(tree, signal);
  const text = `${message.trim() || 'Work of a Loki run'}\n\n${runTrailer}: ${runId}\n`;
  const made = await tree.text(['commit-tree', content, '-p', parent], { input: text, identity, signal });
  const commit = made.trim();
  await tree.text(['update-ref', '-m', 'loki: commit', ref, commit, parent], { identity });
  const files = await changesBetween(worktree, parent, commit);
  return { commit, files: files.map((change) => change.path) };
}

/** The commit that the run's branch is at. */
export async function headOf(worktree: Worktree, signal?: AbortSignal): Promise<string> {
  return (
    await gitIn(worktree).text(['rev-parse', '--verify', `refs/heads/${worktree.branch}^{commit}`], { signal })
  ).trim();
}

/** A hash of all files as they are now, committed or not: equal hashes mean that nothing changed in between. */
export async function treeOf(worktree: Worktree, signal?: AbortSignal): Promise<string> {
  const tree = gitIn(worktree);
  return await withIndexCopy(tree, async (index) => {
    await stageAll(tree, index, signal);
    return (await tree.text(['write-tree'], { index, signal })).trim();
  });
}

/** Marks a commit as made by a run. */
export const runTrailer = 'Loki-Run';

/**
 * The difference between `base` and the worktree's files as they are now, new files included, as a unified diff with
 * paths as the workspace sees them. `paths` (files or folders of the workspace) narrows it: it is how a caller leaves
 * out what an agent may not see. An empty list gives an empty text.
 */
export async function diffText(
  worktree: Worktree,
  options: { readonly base?: string; readonly paths?: readonly string[]; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const { base = worktree.baseCommit, paths, signal } = options;
  const tree = gitIn(worktree);
  return await withIndexCopy(tree, async (index) => {
    await announceNewFiles(tree, index, signal);
    const args = [
      '--literal-pathspecs',
      'diff',
      '--no-color',
      '--no-renames',
      '--unified=3',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      '--ignore-submodules=all',
      ...(worktree.prefix === '' ? ['--no-relative'] : [`--relative=${worktree.prefix}`]),
      base,
      '--',
    ];
    if (paths === undefined) return await tree.text(args, { index, signal });
    const parts: string[] = [];
    // In portions, because a command line is limited.
    for (let at = 0; at < paths.length; at += 200) {
      const portion = paths.slice(at, at + 200).map((name) => path.posix.join(worktree.prefix, name));
      parts.push(await tree.text([...args, ...portion], { index, signal }));
    }
    return parts.join('');
  });
}

/** Enters new files into an index by name only, so that a diff shows them without anything being stored. */
async function announceNewFiles(tree: Git, index: string, signal?: AbortSignal): Promise<void> {
  const listed = await tree.bytes(listUntracked, { index, signal });
  const names = listed
    .toString('latin1')
    .split('\0')
    .filter((name) => name !== '' && !name.endsWith('/') && !isLokiState(name));
  if (names.length === 0) return;
  const input = Buffer.concat(names.map((name) => Buffer.from(`${name}\0`, 'latin1')));
  await tree.text(
    ['--literal-pathspecs', 'add', '--intent-to-add', '--sparse', '--pathspec-from-file=-', '--pathspec-file-nul'],
    { index, input, signal },
  );
}

/** The files of a commit, as the workspace sees them; those beside the workspace are left out. */
export async function filesAt(worktree: Worktree, revision: string, signal?: AbortSignal): Promise<readonly string[]> {
  const names = await gitIn(worktree).names(['ls-tree', '-r', '-z', '--name-only', '--full-tree', revision], {
    signal,
  });
  const { prefix } = worktree;
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** The bytes of a file in a commit, or null when it is not there. `file` is as the workspace sees it. */
export async function readFileAt(
  worktree: Worktree,
  revision: string,
  file: string,
  signal?: AbortSignal,
): Promise<Buffer | null> {
  const name = path.posix.join(worktree.prefix, file);
  const answer = await gitIn(worktree).attempt(['cat-file', 'blob', `${revision}:${name}`], { signal });
  return answer.exitCode === 0 ? answer.stdout : null;
}

/** Pairs of `git diff --name-status -z`: a letter, then a name. */
export function statusPairs(fields: readonly string[]): readonly { status: FileChange['status']; name: string }[] {
  const pairs: { status: FileChange['status']; name: string }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const letter = fields[at];
    const status = letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified';
    pairs.push({ status, name: fields[at + 1] ?? '' });
  }
  return pairs;
}
