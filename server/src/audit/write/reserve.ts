import { lstatSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { systemErrorCode } from '../../base/failure.ts';
import { reserveFile } from '../file/auditFiles.ts';

// Bytes that the log holds on the disk for its last entry: when the disk is full they are given back and written anew.

/** Enough for an entry, its checkpoint, and the blocks that a file system gives out as a whole. */
const reserveBytes = 16 * 1024;

/** Makes sure of the reserve, on the disk and not as a hole; throws where there is no room for it. */
export async function holdReserve(folder: string): Promise<void> {
  const name = reserveFile(folder);
  const found = lstatSync(name, { throwIfNoEntry: false });
  if (found?.isFile() === true && found.size === reserveBytes) return;
  await rm(name, { force: true });
  const file = await open(name, 'wx', 0o600);
  try {
    await file.writeFile(Buffer.alloc(reserveBytes));
    await file.sync();
  } catch (error) {
    // A part of it would look like all of it to nobody, but it would take what others need.
    await rm(name, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Gives the reserve back to the disk. */
export async function freeReserve(folder: string): Promise<void> {
  await rm(reserveFile(folder), { force: true });
}

export function isDiskFull(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
