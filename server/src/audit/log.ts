import type { AuditEntry } from '#protocol/audit';

/** What a caller says about an entry; the writer adds `seq`, `timestamp`, `previousHash` and `hash`. */
export interface AuditRecord {
  readonly who: string;
  readonly what: string;
  readonly where: string | null;
  readonly why: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface AuditLog {
  /**
   * Resolves with the sealed entry once it is durable (synced), in the order of the calls. Throws a `Failure`
   * `audit_unwritable` when it cannot be made durable; from then on every call does. A record that can be no entry at
   * all (over 1 MiB, no JSON, nested too deeply, impossible to redact) throws the same, but stops nothing else. Null where
   * the log is switched off and the record is none that security depends on: nothing was written then.
   */
  append(record: AuditRecord): Promise<AuditEntry | null>;
  /** Waits for what is queued and lets go of the file. */
  close(): Promise<void>;
}
