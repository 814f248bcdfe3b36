import { lstatSync, readdirSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { dependencyFolders } from '../base/dependencyFolders.ts';
import { isBelow } from './toolchain.ts';

/**
 * Other names in the workspace of files below `hidden` (hard links): the same bytes, so they are hidden as well. Costs a
 * walk only where a hidden file has more than one name, which is rare.
 */
export function otherNamesOf(root: string, hidden: readonly string[]): readonly string[] {
  const places = hidden.map((name) => path.join(root, name));
  const linked = new Set(places.flatMap((place) => [...identitiesBelow(place, false)].map(([, identity]) => identity)));
  if (linked.size === 0) return [];
  const found: string[] = [];
  for (const [place, identity] of identitiesBelow(root, true)) {
    if (linked.has(identity) && !places.some((other) => isBelow(place, other))) found.push(path.relative(root, place));
  }
  return found;
}

/** Files with more than one name, by what they really are. Follows no link. */
function* identitiesBelow(place: string, skipsDependencies: boolean): Generator<readonly [string, string]> {
  const stats = lstatSync(place, { bigint: true, throwIfNoEntry: false });
  if (stats?.isFile() === true && stats.nlink > 1n) yield [place, `${stats.dev}:${stats.ino}`];
  if (stats?.isDirectory() !== true) return;
  for (const entry of entriesOf(place)) {
    if (!entry.isFile() && !entry.isDirectory()) continue;
    if (skipsDependencies && dependencyFolders.has(entry.name)) continue;
    yield* identitiesBelow(path.join(place, entry.name), skipsDependencies);
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
