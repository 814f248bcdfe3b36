import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** What an audit folder is called in the heads: its real path, so that a link and its target are one place. */
export function folderPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    // The log may be gone with its folder; the folders above tell where it was.
    const parent = path.dirname(path.resolve(folder));
    return parent === path.resolve(folder) ? parent : path.join(folderPath(parent), path.basename(folder));
  }
}

/**
 * Tells one workspace from another that stands in the same place later: device, number and birth of the folder that holds
 * `.loki`, or of the one above the audit folder where there is no `.loki`. Empty where there is no such folder.
 */
export function workspaceIdentity(folder: string): string {
  const found = statSync(workspaceOf(folderPath(folder)), { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.dev}:${found.ino}:${found.birthtimeMs}`;
}

function workspaceOf(folder: string): string {
  for (let place = folder; place !== path.dirname(place); place = path.dirname(place)) {
    if (path.basename(place) === '.loki') return path.dirname(place);
  }
  return path.dirname(folder);
}
