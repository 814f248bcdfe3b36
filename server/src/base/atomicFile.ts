import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from './makeFolder.ts';
import { diskFailure } from './diskFailure.ts';

/**
 * Replaces a file as one step: a reader sees the old content or the new, never a part. The content and the folder's
 * entry are synced before this resolves. Mode 0600. What the disk refuses is a `disk_unwritable` failure.
 */
export async function writeFileAtomically(file: string, content: string): Promise<void> {
  try {
    await replace(file, content);
  } catch (error) {
    throw diskFailure(file, error);
  }
}

/** Makes the names in a folder durable. Windows cannot open folders and needs no such step. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function replace(file: string, content: string): Promise<void> {
  const folder = path.dirname(file);
  makeFolder(folder);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}
