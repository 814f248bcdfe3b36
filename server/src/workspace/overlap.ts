import { access, lstat } from 'node:fs/promises';
import path from 'node:path';
import { isLokiState } from './lokiState.ts';
import type { Git } from './git.ts';

/** Which of these files (paths of the repository) hold uncommitted work that writing them would overwrite. */
export async function overlapWith(
  checkout: Git,
  head: string,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const args = ['-z', '--name-only', '--no-renames', '--ignore-submodules=all', head];
  const inFiles = await checkout.names(['diff', ...args], { signal });
  const inIndex = await checkout.names(['diff', '--cached', ...args], { signal });
  const dirty = new Set([...inFiles, ...inIndex].filter((name) => !isLokiState(name)));
  const committed = new Set(
    await checkout.names(['ls-tree', '-r', '-z', '--name-only', '--full-tree', head], { signal }),
  );
  const overlap: string[] = [];
  for (const file of files) {
    if (isDirtyAround(dirty, file) || (!committed.has(file) && (await isTaken(checkout.cwd, file, committed)))) {
      overlap.push(file);
    }
  }
  return overlap;
}

/** The file itself, or uncommitted work below or above it: a file where a folder is needed, or the reverse. */
function isDirtyAround(dirty: ReadonlySet<string>, file: string): boolean {
  if (dirty.has(file)) return true;
  for (const name of dirty) if (name.startsWith(`${file}/`) || file.startsWith(`${name}/`)) return true;
  return false;
}

/** Whether something that no commit knows is where a new file would be written. Ignored files count: they are work too. */
async function isTaken(root: string, file: string, committed: ReadonlySet<string>): Promise<boolean> {
  const parts = file.split('/');
  for (let length = 1; length <= parts.length; length += 1) {
    const name = parts.slice(0, length).join('/');
    const entry = await lstat(path.join(root, name)).catch(() => null);
    if (entry === null) return false;
    if (length < parts.length && entry.isDirectory()) continue;
    // A committed file or folder that gives way to the new one is the merge's own business.
    return !committed.has(name) && !holdsOnly(committed, name, entry.isDirectory());
  }
  return false;
}

function holdsOnly(committed: ReadonlySet<string>, folder: string, isFolder: boolean): boolean {
  if (!isFolder) return false;
  for (const name of committed) if (name.startsWith(`${folder}/`)) return true;
  return false;
}

const operations = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
] as const;

/** What the user is in the middle of, such as `a merge`; null when nothing is in the way. */
export async function operationInProgress(checkout: Git, signal?: AbortSignal): Promise<string | null> {
  const flags = operations.flatMap(([name]) => ['--git-path', name]);
  const answer = await checkout.text(['rev-parse', '--path-format=absolute', ...flags], { signal });
  for (const [index, file] of answer.trimEnd().split('\n').entries()) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return operations[index]?.[1] ?? 'an operation';
  }
  const unmerged = await checkout.names(['ls-files', '-z', '--unmerged'], { signal });
  return unmerged.length > 0 ? 'a merge with conflicts' : null;
}
