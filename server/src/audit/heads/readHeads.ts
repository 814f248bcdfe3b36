import { lokiDatabase, lokiMigrations } from '../../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../../storage/sqlite.ts';
import { allHeads, allKeys } from './headTables.ts';
import type { KnownHeads } from './knownHeads.ts';
import { folderPath, workspaceIdentity } from './workspaceIdentity.ts';

/**
 * What `loki.db` knows of the logs of a folder and, for each of them, of other places and keys; null where nothing was
 * ever remembered. Never writes.
 */
export function readHeads(lokiHome: string, folder: string): KnownHeads | null {
  const database = openDatabaseForReading(lokiDatabase(lokiHome), lokiMigrations, 1);
  if (database === null) return null;
  try {
    // Written by a version that did not know of heads: there are none.
    if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'audit_heads'").get() === undefined) return null;
    const path = folderPath(folder);
    const heads = allHeads(database);
    const keys = allKeys(database);
    return {
      workspaceIdentity: workspaceIdentity(folder),
      here: heads.filter((head) => head.path === path),
      elsewhere: (logId) => heads.filter((head) => head.path !== path && head.logId === logId),
      keys: (logId) => keys.filter((key) => key.logId === logId),
    };
  } finally {
    database.close();
  }
}
