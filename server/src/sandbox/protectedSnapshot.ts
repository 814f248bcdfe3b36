import {
  lstatSync,
  openSync,
  closeSync,
  constants,
  readdirSync,
  readFileSync,
  readlinkSync,
  type BigIntStats,
  type Dirent,
} from 'node:fs';
import { dependencyFolders } from '../base/dependencyFolders.ts';
import { holdBelow, holdFolder, inFolder, itself, release, type HeldFolder } from './heldFolder.ts';

/** What stood at one guarded path. `content` is null for what is too large to be kept. */
export type GuardedEntry =
  | { readonly kind: 'file'; readonly stamp: string; readonly mode: number; readonly content: Buffer | null }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'special'; readonly stamp: string };

/** Every guarded path of a workspace that exists, by its path relative to it. */
export type GuardedPaths = ReadonlyMap<string, GuardedEntry>;

const largestKeptBytes = 256 * 1024;
const allKeptBytes = 32 * 1024 * 1024;

/**
 * Reads what stands at the guarded names of a workspace, and at everything below them. Follows no link and does not
 * enter dependency folders.
 */
export function readGuarded(root: string, isGuarded: (relativePath: string) => boolean): GuardedPaths {
  const found = new Map<string, GuardedEntry>();
  let keptBytes = 0;

  const note = (folder: HeldFolder, entry: Dirent, name: string): void => {
    const seen = readEntry(folder, entry, keptBytes);
    if (seen === null) return;
    if (seen.kind === 'file') keptBytes += seen.content?.length ?? 0;
    found.set(name, seen);
  };
  const walk = (folder: HeldFolder, below: string, isInside: boolean): void => {
    for (const entry of entriesOf(folder)) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      const isHere = isInside || isGuarded(name);
      if (isHere) note(folder, entry, name);
      if (entry.isDirectory() && (isHere || !dependencyFolders.has(entry.name))) {
        enter(folder, entry.name, (next) => walk(next, name, isHere));
      }
    }
  };
  const top = holdFolder(root);
  try {
    walk(top, '', false);
  } finally {
    release(top);
  }
  return found;
}

/** The guarded paths that lie below no other one. */
export function outermostPaths(paths: Iterable<string>): readonly string[] {
  const all = new Set(paths);
  return [...all].filter((path) => !foldersAbove(path).some((folder) => all.has(folder))).sort();
}

export function foldersAbove(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

function entriesOf(folder: HeldFolder): readonly Dirent[] {
  try {
    return readdirSync(itself(folder), { withFileTypes: true });
  } catch {
    // A folder that may not be read now is compared when it can be: what comes to light in it then counts as new.
    return [];
  }
}

function enter(folder: HeldFolder, name: string, use: (next: HeldFolder) => void): void {
  let next: HeldFolder;
  try {
    next = holdBelow(folder, name);
  } catch {
    return;
  }
  try {
    use(next);
  } finally {
    release(next);
  }
}

function readEntry(folder: HeldFolder, entry: Dirent, keptBytes: number): GuardedEntry | null {
  try {
    const place = inFolder(folder, entry.name);
    const stats = lstatSync(place, { bigint: true });
    if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(place) };
    if (stats.isDirectory()) return { kind: 'folder' };
    if (!stats.isFile()) return { kind: 'special', stamp: stampOf(stats) };
    const isKept = stats.size <= largestKeptBytes && keptBytes + Number(stats.size) <= allKeptBytes;
    const content = isKept ? readContent(place) : null;
    return { kind: 'file', stamp: stampOf(stats), mode: Number(stats.mode & 0o7777n), content };
  } catch {
    // Gone or unreadable between two looks at it.
    return null;
  }
}

function readContent(place: string): Buffer {
  const fd = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

// The change time cannot be set by a program, so equal stamps mean an untouched file.
const stampOf = (stats: BigIntStats): string => `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
