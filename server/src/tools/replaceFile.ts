import { randomBytes } from 'node:crypto';
import { closeSync, constants, fchmodSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { inFolder, type HeldFolder } from '../sandbox/heldFolder.ts';

/**
 * Puts a whole file in its place in one step: a reader sees the old content or the new, a full disk leaves the old
 * one, and another name of the same file (a hard link) keeps its content. Returns why not where something that is no
 * regular file stands there.
 */
export function replaceFile(folder: HeldFolder, name: string, content: string | Buffer): 'written' | 'not_a_file' {
  const place = inFolder(folder, name);
  const before = lstatSync(place, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile()) return 'not_a_file';
  const temporary = inFolder(folder, `.${randomBytes(6).toString('hex')}.loki-tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fd = openSync(temporary, flags, 0o666);
  try {
    try {
      writeFileSync(fd, content);
      if (before !== undefined) fchmodSync(fd, before.mode & 0o777);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return 'written';
}
