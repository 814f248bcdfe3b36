import { realpathSync } from 'node:fs';
import path from 'node:path';

/** What a workspace is called in the ledger: its real path, so that a link and its target are one project. */
export function projectPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return path.resolve(folder);
  }
}
