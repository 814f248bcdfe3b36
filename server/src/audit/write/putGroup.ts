import { lstatSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../base/atomicFile.ts';
import { currentLog, unnamedLog } from '../file/auditFiles.ts';
import { writeAll, type OpenLogFile } from '../file/logFile.ts';
import { segmentName } from '../file/segments.ts';
import { identityOf, type Current, type LogEnd } from './logEnd.ts';
import type { SealedGroup } from './sealGroup.ts';

// How a group of entries gets onto the disk. Each resolves once it is durable, with the end of the log after it.

export interface Place {
  readonly folder: string;
  readonly openFile: OpenLogFile;
}

/** The first group of a segment is durable before the file has its name, so that no reader ever meets an empty one. */
export async function createSegment({ folder, openFile }: Place, sealed: SealedGroup): Promise<Current> {
  const bytes = bytesOf(sealed);
  const temporary = unnamedLog(folder);
  await rm(temporary, { force: true });
  const file = await openFile(temporary, 'create');
  try {
    await writeAll(file, bytes, null);
    await file.datasync();
    await rename(temporary, currentLog(folder));
    await syncFolder(folder);
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
  return {
    kind: 'current',
    file,
    identity: identityOf(lstatSync(currentLog(folder))),
    firstSeq: sealed.from.seq,
    tail: { link: sealed.link, sizeBytes: bytes.length, tornBytes: 0 },
  };
}

/** `onWritten` is called while the group is on its way to the disk: there is time for other work then. */
export async function extendSegment(current: Current, sealed: SealedGroup, onWritten: () => void): Promise<Current> {
  const { sizeBytes } = current.tail;
  const bytes = bytesOf(sealed);
  try {
    await writeAll(current.file, bytes, null);
    const syncing = current.file.datasync();
    onWritten();
    await syncing;
  } catch (error) {
    // Half a line, or lines that nobody was promised, must not stand in the next writer's way. Where even this fails, the
    // next writer finds an unfinished line and keeps it aside.
    await current.file.truncate(sizeBytes).catch(() => undefined);
    throw error;
  }
  return { ...current, tail: { link: sealed.link, sizeBytes: sizeBytes + bytes.length, tornBytes: 0 } };
}

/**
 * Writes over an unfinished line, which was kept aside before. Until the file is cut behind the new lines it still ends
 * inside a line: whenever this is interrupted, the next writer begins again.
 */
export async function mendSegment(
  { folder, openFile }: Place,
  current: Current,
  sealed: SealedGroup,
): Promise<Current> {
  const { sizeBytes } = current.tail;
  const bytes = bytesOf(sealed);
  const mending = await openFile(currentLog(folder), 'mend');
  try {
    await writeAll(mending, bytes, sizeBytes);
    await mending.truncate(sizeBytes + bytes.length);
    await mending.datasync();
  } finally {
    await mending.close();
  }
  return { ...current, tail: { link: sealed.link, sizeBytes: sizeBytes + bytes.length, tornBytes: 0 } };
}

/** Gives the current segment the name of a full one, durably. */
export async function closeSegment(folder: string, current: Current): Promise<Extract<LogEnd, { kind: 'between' }>> {
  await rename(currentLog(folder), path.join(folder, segmentName(current.firstSeq)));
  await syncFolder(folder);
  await current.file.close();
  return { kind: 'between', link: current.tail.link, closed: current.firstSeq };
}

function bytesOf({ lines }: SealedGroup): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`);
}
