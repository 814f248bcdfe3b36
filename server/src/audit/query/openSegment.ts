import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { listSegments, type Segment } from '../file/segments.ts';

/**
 * Opens a segment for someone who only reads, under its new name where it was renamed since it was listed; null where it
 * is gone, deleted by retention meanwhile.
 */
export async function openSegment(folder: string, segment: Segment): Promise<FileHandle | null> {
  const found = await openSame(segment, segment.path);
  if (found !== null) return found;
  const renamed = (await listSegments(folder)).find(({ identity }) => identity === segment.identity);
  return renamed === undefined ? null : await openSame(segment, renamed.path);
}

async function openSame({ identity }: Segment, file: string): Promise<FileHandle | null> {
  try {
    // Not blocking: opening a pipe would otherwise wait for a writer for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const { dev, ino } = await handle.stat();
    if (`${dev}:${ino}` === identity) return handle;
    await handle.close();
    return null;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Failure(
      'audit_unreadable',
      `the audit log ${file} cannot be read (${code ?? String(error)}); make it readable for you, or ask its owner to look`,
      { cause: error },
    );
  }
}
