import * as z from 'zod';
import type { Database } from '../../storage/sqlite.ts';
import type { KnownHead, KnownKey } from './knownHeads.ts';

const headRow = z.object({
  path: z.string(),
  log_id: z.string(),
  size: z.int(),
  hash: z.string(),
  checkpoint_size: z.int(),
  workspace_identity: z.string(),
  updated_at: z.string(),
});
const keyRow = z.object({ log_id: z.string(), epoch: z.int(), key: z.string() });

/** All heads, the latest first. They are few: one for each place where a log was. */
export function allHeads(database: Database): readonly KnownHead[] {
  return database.prepare('SELECT * FROM audit_heads ORDER BY updated_at DESC').all().map(headOf);
}

/** All keys, in the order of their epochs. */
export function allKeys(database: Database): readonly KnownKey[] {
  return database
    .prepare('SELECT log_id, epoch, key FROM audit_keys ORDER BY epoch')
    .all()
    .map((row) => {
      const { log_id, epoch, key } = keyRow.parse(row);
      return { logId: log_id, epoch, key };
    });
}

function headOf(row: unknown): KnownHead {
  const { path, log_id, size, hash, checkpoint_size, workspace_identity, updated_at } = headRow.parse(row);
  return {
    path,
    logId: log_id,
    size,
    hash,
    checkpointSize: checkpoint_size,
    workspaceIdentity: workspace_identity,
    updatedAt: updated_at,
  };
}
