import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Worktree } from './worktree.ts';

/** One folder of installed dependencies: where it is in the user's checkout, and where the worktree shows it. */
export interface SharedDependencies {
  readonly from: string;
  readonly at: string;
}

interface Ecosystem {
  /** Files that make a folder one where dependencies are installed. */
  readonly manifests: readonly string[];
  /** What is installed, and where, beside the manifest. */
  readonly folders: readonly string[];
  /** What pins the installed versions, here or in a folder above (a monorepo has one lock file at its root). */
  readonly locks: readonly string[];
}

const ecosystems: readonly Ecosystem[] = [
  {
    manifests: ['package.json'],
    folders: ['node_modules'],
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
  },
  {
    manifests: ['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg', 'Pipfile'],
    folders: ['.venv', 'venv'],
    locks: ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', 'requirements.txt'],
  },
  { manifests: ['composer.json'], folders: ['vendor'], locks: ['composer.lock'] },
  { manifests: ['Gemfile'], folders: ['vendor/bundle'], locks: ['Gemfile.lock'] },
  { manifests: ['mix.exs'], folders: ['deps'], locks: ['mix.lock'] },
];

/** Manifests lie near the root; a whole tree is not walked for them. */
const maxDepth = 4;
const maxFolders = 2000;

/**
 * The dependency folders of the user's checkout that may be shown read-only in the worktree. A folder is left out once
 * the lock file that pins it differs between the two: what is installed would no longer be what the code asks for.
 */
export async function sharedDependencies(
  worktree: Worktree,
  signal?: AbortSignal,
): Promise<readonly SharedDependencies[]> {
  const found: SharedDependencies[] = [];
  for (const folder of await foldersNear(worktree.root, signal)) {
    const names = new Set(await namesIn(path.join(worktree.root, folder)));
    for (const ecosystem of ecosystems) {
      if (!ecosystem.manifests.some((name) => names.has(name))) continue;
      if (!(await isPinnedAlike(worktree, folder, ecosystem))) continue;
      for (const name of ecosystem.folders) {
        const shared = await shareable(worktree, path.join(folder, name));
        if (shared !== null) found.push(shared);
      }
    }
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Folders of the checkout by their path below it, nearest first; hidden and dependency folders are not entered. */
async function foldersNear(root: string, signal?: AbortSignal): Promise<readonly string[]> {
  const skipped = new Set(ecosystems.flatMap((ecosystem) => ecosystem.folders));
  const folders = [''];
  for (let at = 0; at < folders.length && folders.length < maxFolders; at += 1) {
    signal?.throwIfAborted();
    const folder = folders[at] ?? '';
    if (folder !== '' && folder.split(path.sep).length >= maxDepth) continue;
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith('.') && !skipped.has(entry.name)) {
        folders.push(path.join(folder, entry.name));
      }
    }
  }
  return folders;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

/** Whether every lock file from here up to the root is the same on both sides; without any, what the manifest asks for. */
async function isPinnedAlike(worktree: Worktree, folder: string, ecosystem: Ecosystem): Promise<boolean> {
  let hasLock = false;
  for (const above of foldersUpFrom(folder)) {
    for (const lock of ecosystem.locks) {
      const [theirs, ours] = await readBoth(worktree, path.join(above, lock));
      if (theirs === null && ours === null) continue;
      if (theirs !== ours) return false;
      hasLock = true;
    }
  }
  if (hasLock) return true;
  for (const manifest of ecosystem.manifests) {
    const [theirs, ours] = await readBoth(worktree, path.join(folder, manifest));
    if (wanted(manifest, theirs) !== wanted(manifest, ours)) return false;
  }
  return true;
}

function foldersUpFrom(folder: string): readonly string[] {
  const folders = [folder];
  for (let above = folder; above !== ''; folders.push(above)) {
    const parent = path.dirname(above);
    above = parent === '.' ? '' : parent;
  }
  return folders;
}

async function readBoth(worktree: Worktree, file: string): Promise<readonly [string | null, string | null]> {
  const read = async (root: string): Promise<string | null> =>
    await readFile(path.join(root, file), 'latin1').catch(() => null);
  return [await read(worktree.root), await read(worktree.path)];
}

/** The part of a manifest that decides what is installed: a changed script in package.json changes nothing. */
function wanted(manifest: string, text: string | null): string | null {
  if (text === null || manifest !== 'package.json') return text;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return text;
    return JSON.stringify(Object.entries(parsed).filter(([key]) => /dependencies$/i.test(key)));
  } catch {
    return text;
  }
}

async function shareable(worktree: Worktree, folder: string): Promise<SharedDependencies | null> {
  const from = await realpath(path.join(worktree.root, folder)).catch(() => null);
  // A link may lead to where another checkout keeps the same folder, but to nothing else.
  if (from === null || path.basename(from) !== path.basename(folder)) return null;
  if (!(await lstat(from)).isDirectory()) return null;
  const at = path.join(worktree.path, folder);
  const parent = await realpath(path.dirname(at)).catch(() => null);
  // An agent may have put a link where the folder's parent was.
  if (parent !== path.dirname(at)) return null;
  const isThere = await lstat(at).then(
    () => true,
    () => false,
  );
  // Committed dependencies, or ones that were installed in the worktree itself, are already what they should be.
  return isThere ? null : { from, at };
}
