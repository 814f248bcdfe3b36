import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import type { LogFile } from './logFile.ts';

/** Opens a log for someone who only reads; null where there is none. Anything but a plain file is a failure. */
export async function openForReading(file: string): Promise<LogFile | null> {
  try {
    // Not blocking: opening a pipe would otherwise wait for a writer for ever.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Failure(
      'audit_unreadable',
      `the audit log ${file} cannot be read (${code ?? String(error)}); make it readable for you, or ask its owner to look`,
      { cause: error },
    );
  }
  throw new Failure('audit_unreadable', `the audit log ${file} is not a plain file; see what was put in its place`);
}
