import path from 'node:path';
import { openForReading } from '../file/openForReading.ts';
import { readRange } from '../file/readRange.ts';
import { readEntries } from './query.ts';

/**
 * What a log is called: `log_id` of its first entry, or of a log that another program began the first 32 digits of that
 * entry's hash. Where the first entries were deleted, the signed checkpoints say it. Null where nothing does.
 */
export async function logNameOf(folder: string): Promise<string | null> {
  for await (const { seq, metadata, hash } of readEntries(folder, {}, { limit: 1 })) {
    if (seq !== 0) break;
    const name = metadata?.['log_id'];
    return typeof name === 'string' && /^[0-9a-f]{32}$/.test(name) ? name : hash.slice(0, 32);
  }
  const file = await openForReading(path.join(folder, 'audit.checkpoints'));
  if (file === null) return null;
  try {
    const start = (await readRange(file, 0, 4096)).toString('latin1');
    return /loki\/([0-9a-f]{32})\/audit/.exec(start)?.[1] ?? null;
  } finally {
    await file.close();
  }
}
