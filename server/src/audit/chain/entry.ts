import type { AuditEntry } from '#protocol/audit';

/**
 * Reads a line as an entry, for showing and searching; null where it is none. Whether it is genuine is `checkLine`'s
 * business. A log of another writer may hold other values than text in the four W's: they are shown as their JSON.
 */
export function readEntry(text: string): AuditEntry | null {
  const members = parse(text);
  if (members === null) return null;
  const { seq, timestamp, previousHash, hash } = members;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return null;
  if (typeof timestamp !== 'string' || typeof previousHash !== 'string' || typeof hash !== 'string') return null;
  return {
    seq,
    timestamp,
    who: textOrNull(members['who']),
    what: textOrNull(members['what']),
    where: textOrNull(members['where']),
    why: textOrNull(members['why']),
    metadata: recordOrNull(members['metadata']),
    previousHash,
    hash,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return recordOrNull(value);
  } catch {
    return null;
  }
}

function recordOrNull(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function textOrNull(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
