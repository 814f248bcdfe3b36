import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { uncommittedFolders } from '../base/dependencyFolders.ts';
import { systemErrorCode } from '../base/failure.ts';
import type { Git } from './git.ts';
import { identityFor } from './identity.ts';
import { isLokiState } from './lokiState.ts';
import { gitOf, type Repository } from './repository.ts';

/**
 * A commit of the checkout's uncommitted work on top of HEAD, untracked but not ignored files included. Made through
 * an index of its own: the user's index, files and branches stay as they are. HEAD itself when there is nothing.
 */
export async function snapshotChanges(repository: Repository, signal?: AbortSignal): Promise<string> {
  const checkout = gitOf(repository);
  return await withIndexCopy(checkout, async (index) => {
    await stageAll(checkout, index, signal);
    const tree = (await checkout.text(['write-tree'], { index, signal })).trim();
    const headTree = (await checkout.text(['rev-parse', `${repository.head}^{tree}`], { signal })).trim();
    if (tree === headTree) return repository.head;
    const identity = await identityFor(checkout, signal);
    const commit = await checkout.text(['commit-tree', tree, '-p', repository.head], {
      input: 'Uncommitted work, taken along by Loki\n',
      signal,
      identity,
    });
    return commit.trim();
  });
}

/** Runs `body` with a temporary copy of a checkout's index, which is removed afterwards. */
export async function withIndexCopy<T>(checkout: Git, body: (index: string) => Promise<T>): Promise<T> {
  const own = (await checkout.text(['rev-parse', '--path-format=absolute', '--git-path', 'index'])).replace(/\n$/, '');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'loki-index-'));
  try {
    const index = path.join(folder, 'index');
    await copyFile(own, index).catch((error: unknown) => {
      // A checkout whose files were all removed from the index has none; git starts an empty one.
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    return await body(index);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lists the untracked files that count as work: neither ignored nor in a folder of installed or built things. */
export const listUntracked: readonly string[] = [
  'ls-files',
  '-z',
  '--others',
  '--exclude-standard',
  ...uncommittedFolders.map((name) => `--exclude=${name}/`),
];

/**
 * Puts every change of the working tree into an index, except submodules, nested repositories, Loki's own folder and
 * untracked files of installed or built things.
 * The paths are named one by one: `git add -A` alone would start git, with its configuration, inside each submodule.
 */
export async function stageAll(checkout: Git, index: string | null, signal?: AbortSignal): Promise<void> {
  const call = { signal, ...(index !== null && { index }) };
  const paths = await uncommittedPaths(checkout, index, signal);
  if (paths.length === 0) return;
  const input = Buffer.concat(paths.map((name) => Buffer.from(`${name}\0`, 'latin1')));
  await checkout.text(
    ['--literal-pathspecs', 'add', '-A', '--sparse', '--pathspec-from-file=-', '--pathspec-file-nul'],
    { ...call, input },
  );
}

/**
 * Paths that differ from the index or are not in it, from the root of the checkout. As bytes (latin1): a name need not
 * be UTF-8, and one that was decoded and encoded again would no longer name its file.
 */
async function uncommittedPaths(checkout: Git, index: string | null, signal?: AbortSignal): Promise<readonly string[]> {
  const call = { signal, ...(index !== null && { index }) };
  const changed = await checkout.bytes(['diff-files', '-z', '--name-only', '--ignore-submodules=all'], call);
  const untracked = await checkout.bytes(listUntracked, call);
  const names = new Set<string>();
  for (const listed of [changed, untracked]) {
    for (const name of listed.toString('latin1').split('\0')) {
      // A slash at the end marks a repository inside this one.
      if (name !== '' && !name.endsWith('/') && !isLokiState(name)) names.add(name);
    }
  }
  return [...names];
}
