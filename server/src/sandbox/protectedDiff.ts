import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  cpSync,
  fchmodSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from '../base/failure.ts';
import { inFolder, withFolder } from './heldFolder.ts';
import {
  foldersAbove,
  outermostPaths,
  readGuarded,
  type GuardedEntry,
  type GuardedPaths,
} from './protectedSnapshot.ts';

/** A guarded path that a command made, changed or removed. `isUndone` is false where it could not be put back. */
export interface ProtectedChange {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
  readonly isUndone: boolean;
}

export interface ProtectedDiff {
  readonly root: string;
  isGuarded(relativePath: string): boolean;
  /** What others write meanwhile, which is not undone. */
  isLeft?(relativePath: string): boolean;
  /** A folder outside the workspace; made when something has to be set aside. */
  readonly quarantine: string;
}

/**
 * Undoes what a command did to guarded names (invariant 6): what is new goes to quarantine, what was changed or removed
 * is put back as it was before. Names that did not exist before count.
 */
export function undoProtected(request: ProtectedDiff, before: GuardedPaths): readonly ProtectedChange[] {
  const { root } = request;
  const after = readGuarded(root, (relative) => request.isGuarded(relative));
  const isLeft = (name: string): boolean => request.isLeft?.(name) ?? false;
  const added = outermostPaths([...after.keys()].filter((name) => !before.has(name) && !isLeft(name)));
  const modified = outermostPaths(
    [...after].flatMap(([name, now]) => {
      const then = before.get(name);
      return then !== undefined && !isSame(then, now) && !isLeft(name) ? [name] : [];
    }),
  );
  const removed = [...before.keys()].filter((name) => !after.has(name) && !isLeft(name));
  if (added.length + modified.length + removed.length === 0) return [];

  const set = path.join(request.quarantine, randomBytes(6).toString('hex'));
  const gone = new Set<string>();
  // What lies below a changed path goes with it.
  for (const name of outermostPaths([...added, ...modified])) if (setAside(root, name, set)) gone.add(name);
  const isGone = (name: string): boolean => gone.has(name) || foldersAbove(name).some((folder) => gone.has(folder));

  const lost = new Set([...modified, ...removed, ...[...before.keys()].filter(isGone)]);
  const restored = new Set([...lost].sort().filter((name) => restore(root, name, before.get(name))));
  const report = (names: readonly string[], change: ProtectedChange['change']): readonly ProtectedChange[] =>
    names.map((name) => ({ path: name, change, isUndone: change === 'added' ? isGone(name) : restored.has(name) }));
  return [
    ...report(added, 'added'),
    ...report(modified, 'modified'),
    ...report(outermostPaths(removed), 'removed'),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isSame(then: GuardedEntry, now: GuardedEntry): boolean {
  if (then.kind === 'link') return now.kind === 'link' && then.target === now.target;
  if (then.kind === 'folder') return now.kind === 'folder';
  if (then.kind === 'special') return now.kind === 'special' && then.stamp === now.stamp;
  if (now.kind !== 'file' || then.mode !== now.mode) return false;
  if (then.stamp === now.stamp) return true;
  return then.content !== null && now.content !== null && then.content.equals(now.content);
}

/** Moves something out of the workspace, never following a link in it. True when it is gone. */
function setAside(root: string, name: string, set: string): boolean {
  const segments = name.split('/');
  const target = path.join(set, ...segments);
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
  try {
    return withFolder(root, segments.slice(0, -1), { create: false }, (folder) => {
      move(inFolder(folder, segments.at(-1) ?? ''), target);
      return true;
    });
  } catch {
    return false;
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (systemErrorCode(error) !== 'EXDEV') throw error;
    try {
      cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    } catch {
      // A pipe or a socket has no content to keep.
    }
    rmSync(from, { recursive: true, force: true });
  }
}

/** Puts back one path as it was. True when it stands there again. */
function restore(root: string, name: string, then: GuardedEntry | undefined): boolean {
  if (then === undefined || then.kind === 'special') return false;
  const segments = name.split('/');
  try {
    return withFolder(root, segments.slice(0, -1), { create: true }, (folder) => {
      const place = inFolder(folder, segments.at(-1) ?? '');
      if (then.kind === 'folder') {
        mkdirSync(place, { recursive: true });
        return true;
      }
      if (then.kind === 'link') {
        symlinkSync(then.target, place);
        return true;
      }
      if (then.content === null) return false;
      const fd = openSync(
        place,
        constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o600,
      );
      try {
        writeFileSync(fd, then.content);
        fchmodSync(fd, then.mode);
      } finally {
        closeSync(fd);
      }
      return true;
    });
  } catch {
    return false;
  }
}
