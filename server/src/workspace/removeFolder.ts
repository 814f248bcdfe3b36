import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode } from '../base/failure.ts';

/** Removes a folder with all it holds, never following links; folders that forbid it (`chmod a-w`) are opened first. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(systemErrorCode(error) ?? '')) throw unremovable(folder, error);
    try {
      await openUp(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch (again) {
      throw unremovable(folder, again);
    }
  }
}

async function openUp(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) return;
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(path.join(folder, entry.name));
  }
}

function unremovable(folder: string, cause: unknown): Failure {
  return new Failure('disk_unwritable', `${folder} could not be removed; remove it by hand`, { cause });
}
