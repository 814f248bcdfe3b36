import { closeSync, constants, mkdirSync, openSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { invariant } from '../base/invariant.ts';
import { systemErrorCode } from '../base/failure.ts';

// Working inside a folder that nobody can swap for a link meanwhile. On Linux every name is looked up below an open
// descriptor (/proc/self/fd/N/name, which is what openat does), one name at a time and never through a link. Elsewhere
// the folder's real path is compared before each use, which leaves a small gap.

/** An open folder. Release it. */
export interface HeldFolder {
  readonly fd: number;
  readonly path: string;
}

const isLinux = process.platform === 'linux';

/** Opens a folder; `root` must be a real path. */
export function holdFolder(root: string): HeldFolder {
  return { fd: openSync(root, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW), path: root };
}

/** Opens a folder of a folder. A link there is an error (`ENOTDIR` or `ELOOP`), wherever it leads. */
export function holdBelow(folder: HeldFolder, name: string): HeldFolder {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  return { fd: openSync(inFolder(folder, name), flags), path: path.join(folder.path, name) };
}

export function release(folder: HeldFolder): void {
  closeSync(folder.fd);
}

/** The path by which one entry of a held folder is reached. Only for a single name. */
export function inFolder(folder: HeldFolder, name: string): string {
  invariant(isSingleName(name), 'only a single name is looked up in a held folder');
  if (isLinux) return `/proc/self/fd/${folder.fd}/${name}`;
  invariant(realpathSync(folder.path) === folder.path, 'a held folder was moved or became a link');
  return path.join(folder.path, name);
}

/** The path by which a held folder itself is listed. */
export function itself(folder: HeldFolder): string {
  return isLinux ? `/proc/self/fd/${folder.fd}` : folder.path;
}

/**
 * Opens the folder at `segments` below `root`, name by name without following a link. With `create` missing folders
 * are made on the way. Release it.
 */
export function holdPath(root: string, segments: readonly string[], options: { readonly create: boolean }): HeldFolder {
  let folder = holdFolder(root);
  for (const name of segments) {
    const above = folder;
    try {
      if (options.create) makeFolder(above, name);
      folder = holdBelow(above, name);
    } finally {
      release(above);
    }
  }
  return folder;
}

/** The same for the time of one call. */
export function withFolder<T>(
  root: string,
  segments: readonly string[],
  options: { readonly create: boolean },
  use: (folder: HeldFolder) => T,
): T {
  const folder = holdPath(root, segments, options);
  try {
    return use(folder);
  } finally {
    release(folder);
  }
}

function makeFolder(folder: HeldFolder, name: string): void {
  try {
    mkdirSync(inFolder(folder, name));
  } catch (error) {
    // A folder is what is wanted; anything else that stands there is found when it is opened.
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

function isSingleName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && (isLinux || !name.includes('\\'));
}
