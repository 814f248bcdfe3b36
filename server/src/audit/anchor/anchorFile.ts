import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { printAnchorRecord, type AnchorRecord } from './anchorRecord.ts';

/** Where the evidence about anchors is kept. */
export function anchorsFile(folder: string): string {
  return path.join(folder, 'audit.anchors');
}

/**
 * Appends a record, durable when it resolves. Several processes may append: each line is one write at the end of the file.
 * A line that somebody could not finish is closed first, so that it spoils no other.
 */
export async function appendAnchor(folder: string, record: AnchorRecord): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const file = await open(anchorsFile(folder), flags, 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const isTorn = size > 0 && last.toString('latin1') !== '\n';
    await file.write(`${isTorn ? '\n' : ''}${printAnchorRecord(record)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
}
