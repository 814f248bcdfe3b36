import type { RecordedEntry } from '../query/recordedEntry.ts';

/** How entries are written for another program. Pure: one entry in, one piece of text out, nothing kept between them. */
export interface ExportFormat {
  /** What comes before the first entry, if anything. */
  readonly head: string;
  /** One entry with its line end. */
  readonly entry: (recorded: RecordedEntry, source: ExportSource) => string;
}

/** What is the same for all entries of an export. */
export interface ExportSource {
  /** Loki's own version. */
  readonly version: string;
  /** The log's name: `log_id` of its first entry. */
  readonly logId: string;
}
