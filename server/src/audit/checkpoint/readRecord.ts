import type { CheckpointRecord } from './checkpointRecord.ts';

/**
 * Reads a line of `audit.checkpoints`; null where it is none. Every byte must be what `JSON.stringify` makes of the record,
 * so nothing can be changed, added or given twice unseen. By hand and not by a schema: the stand-alone verifier reads it
 * too, which has no dependencies and should be short enough to be read.
 */
export function readCheckpointRecord(line: string): CheckpointRecord | null {
  const record = recordOf(parse(line));
  return record !== null && JSON.stringify(record) === line ? record : null;
}

function recordOf(members: Readonly<Record<string, unknown>>): CheckpointRecord | null {
  const { kind, note, tree, head, roots, segment, offset } = members;
  switch (kind) {
    case 'key':
      return typeof note === 'string' ? { kind, note } : null;
    case 'checkpoint':
      return typeof tree === 'string' && typeof head === 'string' && isRoots(roots) && isSize(segment) && isSize(offset)
        ? { kind, tree, head, roots, segment, offset }
        : null;
    case 'pruned':
      return typeof note === 'string' && isRoots(roots) ? { kind, note, roots } : null;
    default:
      return null;
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isRoots(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((root) => typeof root === 'string' && /^[0-9a-f]{64}$/.test(root));
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
