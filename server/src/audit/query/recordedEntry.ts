import type { AuditEntry } from '#protocol/audit';

/** An entry, and its line as the log has it, without its line feed. */
export interface RecordedEntry {
  readonly entry: AuditEntry;
  readonly line: string;
}
