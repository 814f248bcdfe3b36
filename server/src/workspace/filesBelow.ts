import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { dependencyFolders } from '../base/dependencyFolders.ts';
import { git } from './git.ts';

/**
 * The files below a folder, sorted, with forward slashes: in a repository those that git has or would take, else all
 * but installed and built things. Repositories inside are entered as well. Only reads; links are named, not followed.
 */
export async function filesBelow(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const known = await knownToGit(folder, signal);
  // A folder of which git knows nothing is ignored as a whole; it was asked for by name all the same.
  const files = known.length > 0 ? known : await walk(folder, signal);
  return files.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function knownToGit(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const here = git(folder);
  const inside = await here.attempt(['rev-parse', '--is-inside-work-tree'], { signal });
  if (inside.exitCode !== 0 || inside.stdout.toString().trim() !== 'true') return [];
  const names = await here.names(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { signal });
  const files = new Set<string>();
  for (const name of names) {
    const at = path.join(folder, name);
    const entry = await lstat(at).catch(() => null);
    // Nothing is there of a file that was deleted and not committed; a folder is a repository of its own.
    if (entry?.isDirectory() === true) {
      for (const below of await filesBelow(at, signal)) files.add(path.posix.join(name, below));
    } else if (entry !== null) files.add(name);
  }
  return [...files];
}

async function walk(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  signal.throwIfAborted();
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) files.push(entry.name);
    else if (entry.name !== '.git' && !dependencyFolders.has(entry.name)) {
      const below = await walk(path.join(folder, entry.name), signal);
      files.push(...below.map((name) => `${entry.name}/${name}`));
    }
  }
  return files;
}
