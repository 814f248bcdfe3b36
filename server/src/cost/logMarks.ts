import * as z from 'zod';
import type { Database } from '../storage/sqlite.ts';
import { thisBoot } from './owner.ts';

// The audit logs that tell of requests in the ledger, and up to which entry of each everything is known.

/**
 * The entries of a log of which this ledger knows all requests: from `fromSeq` to `seq`, whose hash tells whether it is
 * still the same log. It is kept in the ledger itself, so an older copy of the ledger has an older mark, too.
 */
export interface LogMark {
  readonly fromSeq: number;
  readonly seq: number;
  readonly hash: string;
}

/** An audit log that tells of requests in this ledger. */
export interface KnownLog {
  /** Its folder, and the workspace that it belongs to. */
  readonly log: string;
  readonly project: string;
  /** Whether it was looked at since the machine has started. */
  readonly isOfThisBoot: boolean;
}

export interface LogMarks {
  /** Null where nothing of the log is known to be in this ledger. */
  markOf(log: string): LogMark | null;
  /** Remembers a log, and up to where it was looked at; null where it has no requests yet. */
  keepMark(log: string, project: string, mark: LogMark | null): void;
  /** The logs of all workspaces that have spent from this ledger: their windows are the same. */
  logs(): readonly KnownLog[];
}

interface LogMarkDeps {
  readonly database: Database;
  /** Runs what only reads. */
  readonly read: <T>(fn: () => T) => T;
  /** Runs what changes something, as one step. */
  readonly change: <T>(fn: () => T) => T;
}

const markRow = z.object({ fromSeq: z.int(), seq: z.int(), hash: z.string() });
const logRow = z.object({ log: z.string(), project: z.string(), boot: z.string() });

export function logMarks({ database, read, change }: LogMarkDeps): LogMarks {
  const findMark = database.prepare(
    `SELECT from_seq AS fromSeq, seq, hash FROM cost_log_marks WHERE log = ? AND seq IS NOT NULL`,
  );
  const putMark = database.prepare(
    `INSERT OR REPLACE INTO cost_log_marks (log, project, boot, from_seq, seq, hash) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const findLogs = database.prepare(`SELECT log, project, boot FROM cost_log_marks ORDER BY log`);
  return {
    markOf: (log) =>
      read(() => {
        const found = findMark.get(log);
        return found === undefined ? null : markRow.parse(found);
      }),
    keepMark: (log, project, mark) => {
      const { fromSeq = null, seq = null, hash = null } = mark ?? {};
      change(() => putMark.run(log, project, thisBoot(), fromSeq, seq, hash));
      // A log that is forgotten is not looked at: what was committed up to now is made to survive a power loss.
      read(() => database.exec('PRAGMA wal_checkpoint(PASSIVE)'));
    },
    logs: () =>
      read(() => {
        const boot = thisBoot();
        const rows = findLogs.all().map((found) => logRow.parse(found));
        return rows.map(({ log, project, ...known }) => ({ log, project, isOfThisBoot: known.boot === boot }));
      }),
  };
}
