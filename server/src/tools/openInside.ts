import { closeSync, constants, fstatSync, openSync, realpathSync, type Stats } from 'node:fs';
import path from 'node:path';
import { Failure, systemErrorCode } from '../base/failure.ts';
import { inFolder, withFolder, type HeldFolder } from '../sandbox/heldFolder.ts';
import { failed, type ToolResult, type Workspace } from './workspace.ts';

// Check, then use, in one step: a path was decided on some time ago, and what stands there now may be a link to
// somewhere else. Whatever is opened here lies inside the workspace and is visible, or it is not opened.

type Failed = ToolResult & { readonly kind: 'failed' };

export type Located =
  { readonly kind: 'located'; readonly relative: string; readonly segments: readonly string[] } | Failed;

/**
 * A path as an action wrote it, relative to the workspace and without following links. What is hidden is "missing"; as a
 * folder also what is merely on the way to something visible is there.
 */
export function locate(workspace: Workspace, written: string, as: 'file' | 'folder' = 'file'): Located {
  if (written.includes('\0')) return failed('the path contains a NUL character');
  const relative = path.relative(workspace.root, path.resolve(workspace.root, written)).split(path.sep).join('/');
  if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) {
    return failed(`${written} lies outside the workspace`);
  }
  const isKnown = workspace.isVisible(relative) || (as === 'folder' && workspace.isPassable(relative));
  if (!isKnown) return missing(written);
  return { kind: 'located', relative, segments: relative === '' ? [] : relative.split('/') };
}

/** The same for reading: links are followed as long as they stay inside and lead to something visible. */
export function locateReal(workspace: Workspace, written: string, as: 'file' | 'folder' = 'file'): Located {
  const located = locate(workspace, written, as);
  if (located.kind === 'failed') return located;
  let real: string;
  try {
    real = realpathSync(path.join(workspace.root, ...located.segments));
  } catch (error) {
    return explain(error, written);
  }
  const inside = locate(workspace, real, as);
  if (inside.kind === 'located') return inside;
  return workspace.isVisible(path.relative(workspace.root, real))
    ? failed(`${written} is a link that leads outside the workspace`)
    : missing(written);
}

/** Opens a file for reading and hands it over; only regular files. */
export function readInside<T>(
  workspace: Workspace,
  written: string,
  use: (fd: number, stats: Stats) => T,
): { readonly kind: 'read'; readonly value: T } | Failed {
  const located = locateReal(workspace, written);
  if (located.kind === 'failed') return located;
  const name = located.segments.at(-1);
  if (name === undefined) return failed('the workspace is a folder; use list_files');
  try {
    const value = withFolder(workspace.root, located.segments.slice(0, -1), { create: false }, (folder) => {
      return readIn(folder, name, use);
    });
    return value === null
      ? failed(`${written} is not a regular file; use list_files for folders`)
      : { kind: 'read', value };
  } catch (error) {
    return explain(error, written);
  }
}

/** Opens one file of a held folder for reading; null when it is no regular file. Never waits on a pipe. */
export function readIn<T>(folder: HeldFolder, name: string, use: (fd: number, stats: Stats) => T): T | null {
  const fd = openSync(inFolder(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    return stats.isFile() ? use(fd, stats) : null;
  } finally {
    closeSync(fd);
  }
}

/**
 * Hands over the folder that a path lies in, for writing. No link is followed on the way: the path that was decided is
 * the path that is written.
 */
export function inParent<T>(
  workspace: Workspace,
  written: string,
  options: { readonly create: boolean },
  use: (folder: HeldFolder, name: string) => T,
): { readonly kind: 'used'; readonly value: T } | Failed {
  const located = locate(workspace, written);
  if (located.kind === 'failed') return located;
  const name = located.segments.at(-1);
  if (name === undefined) return failed('the workspace itself is no file');
  try {
    return {
      kind: 'used',
      value: withFolder(workspace.root, located.segments.slice(0, -1), options, (folder) => use(folder, name)),
    };
  } catch (error) {
    return explain(error, written);
  }
}

export function missing(written: string): Failed {
  return failed(`there is no ${written}; use list_files to see what is there`);
}

/** What a system error about a path means to a model. Trouble of the disk is a failure of the world and is thrown. */
export function explain(error: unknown, written: string): Failed {
  switch (systemErrorCode(error)) {
    case 'ENOENT':
      return missing(written);
    case 'ENOTDIR':
    case 'ELOOP':
      return failed(`the way to ${written} goes through a link or a file; name the real path of a folder instead`);
    case 'EISDIR':
      return failed(`${written} is a folder`);
    case 'EACCES':
    case 'EPERM':
      return failed(`${written} may not be touched: the system refuses it`);
    case 'ENAMETOOLONG':
      return failed(`the name ${written.slice(0, 80)}… is too long`);
    case 'ENXIO':
      return failed(`${written} is not a regular file`);
    case 'ENOSPC':
    case 'EDQUOT':
      throw new Failure('disk_unwritable', `the disk is full: ${written} was not written; free some space`, {
        cause: error,
      });
    case 'EROFS':
    case 'EIO':
      throw new Failure('disk_unwritable', `${written} cannot be written: the disk is read-only or broken`, {
        cause: error,
      });
    default:
      throw error;
  }
}
