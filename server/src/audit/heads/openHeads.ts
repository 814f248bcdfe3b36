import type { Clock } from '../../base/clock.ts';
import { lokiDatabase, lokiMigrations } from '../../storage/lokiDatabase.ts';
import { openDatabase } from '../../storage/sqlite.ts';
import { allHeads } from './headTables.ts';
import type { KnownHead, KnownKey } from './knownHeads.ts';
import { folderPath, workspaceIdentity } from './workspaceIdentity.ts';

/** The heads of logs in `loki.db`, for the writer of the log in one folder. Every call is one statement. */
export interface Heads {
  /** The identity of the workspace as it is now. */
  readonly workspaceIdentity: string;
  /** The logs that were seen in this folder, the latest first. */
  here(): readonly KnownHead[];
  /** Keeps the end of a log, which must be durable already: heads are never ahead of it. */
  remember(end: LogHead): void;
  /** Keeps how much of a log a checkpoint covers, which must be durable already. */
  rememberCheckpoint(end: LogHead): void;
  rememberKey(key: KnownKey): void;
  /** Forgets a log that was here in another workspace. */
  forget(logId: string): void;
  close(): void;
}

export interface LogHead {
  readonly logId: string;
  readonly size: number;
  readonly hash: string;
}

/** Opens the heads of the log in a folder. Throws a `Failure` `ledger_unusable` where `loki.db` cannot be used. */
export function openHeads({
  lokiHome,
  folder,
  clock,
}: {
  readonly lokiHome: string;
  readonly folder: string;
  readonly clock: Clock;
}): Heads {
  const path = folderPath(folder);
  const identity = workspaceIdentity(folder);
  const database = openDatabase(lokiDatabase(lokiHome), lokiMigrations);
  // Never back: two writers may tell of their ends in another order than they wrote.
  const remember = database.prepare(
    `INSERT INTO audit_heads (path, log_id, size, hash, workspace_identity, updated_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (path, log_id) DO UPDATE SET
       size = excluded.size, hash = excluded.hash,
       workspace_identity = excluded.workspace_identity, updated_at = excluded.updated_at
     WHERE excluded.size > size OR workspace_identity <> excluded.workspace_identity`,
  );
  const checkpoint = database.prepare(
    'UPDATE audit_heads SET checkpoint_size = max(checkpoint_size, ?) WHERE path = ? AND log_id = ?',
  );
  const key = database.prepare(
    'INSERT INTO audit_keys (log_id, epoch, key) VALUES (?, ?, ?) ON CONFLICT (log_id, epoch) DO NOTHING',
  );
  const forget = database.prepare('DELETE FROM audit_heads WHERE path = ? AND log_id = ?');
  const keep = ({ logId, size, hash }: LogHead): void => {
    remember.run(path, logId, size, hash, identity, clock.now().toISOString());
  };
  return {
    workspaceIdentity: identity,
    here: () => allHeads(database).filter((head) => head.path === path),
    remember: keep,
    rememberCheckpoint: (end) => {
      keep(end);
      checkpoint.run(end.size, path, end.logId);
    },
    rememberKey: ({ logId, epoch, key: text }) => void key.run(logId, epoch, text),
    forget: (logId) => void forget.run(path, logId),
    close: () => database.close(),
  };
}
