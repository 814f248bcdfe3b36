import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** What the audit log needs of an open file. Tests put one in its place that fails. */
export type LogFile = Pick<FileHandle, 'read' | 'write' | 'truncate' | 'datasync' | 'close'>;

export type OpenLogFile = (file: string, purpose: keyof typeof flagsFor) => Promise<LogFile>;

/** Links are never followed: a repository could bring one that leads to a file of the user. */
const flagsFor = {
  /** Appending whatever other writers do, even those that know nothing of the lock. */
  append: constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW,
  create: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL,
  /** Writing over a torn line, which appending could not. */
  mend: constants.O_RDWR | constants.O_NOFOLLOW,
} as const;

export const openLogFile: OpenLogFile = async (file, purpose) => await open(file, flagsFor[purpose], 0o600);

/** Writes all of the bytes or throws; a full disk may take a part of them first. */
export async function writeAll(file: LogFile, bytes: Buffer, position: number | null): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const at = position === null ? null : position + written;
    written += (await file.write(bytes, written, bytes.length - written, at)).bytesWritten;
  }
}
