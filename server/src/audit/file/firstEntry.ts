import type { AuditEntry } from '#protocol/audit';
import { readEntry } from '../chain/entry.ts';
import { readLines } from './lines.ts';
import { openForReading } from './openForReading.ts';
import { listSegments } from './segments.ts';

/**
 * The name of a log in signed notes and heads, from its first entry: its `log_id`, or, where another program began the
 * log, the first 32 digits of the entry's hash.
 */
export function logIdOf({ metadata, hash }: AuditEntry): string {
  const named = metadata?.['log_id'];
  return typeof named === 'string' && /^[0-9a-f]{32}$/.test(named) ? named : hash.slice(0, 32);
}

/** The entry that began a folder's log; null where there is no log, or where its beginning was deleted. */
export async function readFirstEntry(folder: string): Promise<AuditEntry | null> {
  const [first] = await listSegments(folder);
  const file = first === undefined ? null : await openForReading(first.path);
  if (file === null) return null;
  try {
    for await (const { lines } of readLines(file, { from: 0, patience: 0 })) {
      const entry = readEntry(lines[0]?.toString('utf8') ?? '');
      return entry?.seq === 0 ? entry : null;
    }
    return null;
  } finally {
    await file.close();
  }
}
