import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../base/failure.ts';
import { removeFolder } from './removeFolder.ts';
import { gitIn, type Worktree } from './worktree.ts';

/** What git ignores in the worktree: names relative to its root; a folder of which all is ignored is one name. */
export async function ignoredFiles(worktree: Worktree, signal?: AbortSignal): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory', '--no-empty-directory'];
  return (await gitIn(worktree).names(args, { signal })).map((name) => name.replace(/\/$/, ''));
}

/**
 * Puts ignored files out of the way for a while: they are no part of the branch, so what is verified must not lean on
 * them. What was moved goes back with the answer's `restore`, but for names that were made anew meanwhile.
 */
export async function setAside(
  worktree: Worktree,
  names: readonly string[],
): Promise<{ readonly restore: () => Promise<void> }> {
  const aside = `${worktree.path}.aside`;
  await removeFolder(aside);
  const moved: string[] = [];
  for (const name of names) {
    const to = path.join(aside, name);
    await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
    await rename(path.join(worktree.path, name), to);
    moved.push(name);
  }
  return {
    restore: async () => {
      for (const name of moved) await putBack(path.join(aside, name), path.join(worktree.path, name));
      await removeFolder(aside);
    },
  };
}

async function putBack(from: string, to: string): Promise<void> {
  try {
    await mkdir(path.dirname(to), { recursive: true });
    await rename(from, to);
  } catch (error) {
    // The gates made it anew, or took away the folder it was in: what they left is the younger truth.
    if (systemErrorCode(error) === null) throw error;
  }
}
