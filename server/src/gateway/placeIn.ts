import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from '../base/failure.ts';

/** Where a path lies that a program asks about, in a project that may not exist on this machine. */
export type Place =
  | {
      readonly kind: 'inside';
      readonly relative: string;
      /** As policy reads it: on systems with drive letters relative to the project. */
      readonly written: string;
      readonly isProjectThere: boolean;
    }
  | { readonly kind: 'outside'; readonly written: string };

/** Compares both by segments, after links of what exists; a path that cannot be followed lies outside. Reads names only. */
export async function placeIn(project: string, file: string): Promise<Place> {
  const absolute = path.resolve(project, file);
  const relative = inside(project, absolute);
  const real = await Promise.all([realOf(project), realOf(absolute)]).catch(() => null);
  const realRelative = real === null ? null : inside(real[0].path, real[1].path);
  if (real === null || relative === null || realRelative === null) return { kind: 'outside', written: file };
  const isPlain = !file.split(/[/\\]/).includes('..');
  return {
    kind: 'inside',
    relative: realRelative,
    // `..` after a link leads elsewhere than it seems, so such a path is handed on as it was written.
    written: isPlain ? relative || '.' : file,
    isProjectThere: real[0].isThere,
  };
}

/** The path after the links of its deepest existing folder. */
async function realOf(file: string): Promise<{ readonly path: string; readonly isThere: boolean }> {
  try {
    return { path: await realpath(file), isThere: true };
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || path.dirname(file) === file) throw error;
    await refuseLink(file);
    const folder = await realOf(path.dirname(file));
    return { path: path.join(folder.path, path.basename(file)), isThere: false };
  }
}

/** A link to what does not exist yet: what is written through it would come to lie wherever it points. */
async function refuseLink(file: string): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found !== null) throw new Error('a link that leads nowhere');
}

function inside(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join('/');
}
