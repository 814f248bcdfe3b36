import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { diskFailure } from '../../base/diskFailure.ts';
import { Failure } from '../../base/failure.ts';
import type { ExportTarget } from './export.ts';

/**
 * The file that an export goes to. It gets its name when it is complete, with mode 0600; a pipe or a device that is there
 * is written to as it is. Never anything in the folder of the log.
 */
export async function openExport(name: string, cwd: string, auditFolder: string): Promise<ExportTarget> {
  const file = path.resolve(cwd, name);
  try {
    const parent = await realpath(path.dirname(file));
    const log = await realpath(auditFolder);
    if (parent === log || parent.startsWith(`${log}${path.sep}`))
      throw new Failure('usage', `--out ${name} lies in the folder of the audit log; name a file elsewhere`);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) throw new Failure('usage', `--out ${name} is a folder; name a file`);
    const isReplaced = found === undefined || found.isFile();
    const written = isReplaced ? `${file}.${randomBytes(6).toString('hex')}.tmp` : file;
    return await targetIn(written, isReplaced ? file : null);
  } catch (error) {
    throw diskFailure(file, error);
  }
}

async function targetIn(written: string, finalName: string | null): Promise<ExportTarget> {
  const handle = await open(written, finalName === null ? 'w' : 'wx', 0o600);
  const shown = finalName ?? written;
  return {
    write: async (text) => {
      try {
        await handle.writeFile(text);
        return true;
      } catch (error) {
        throw diskFailure(shown, error);
      }
    },
    finish: async () => {
      try {
        if (finalName !== null) await handle.sync();
        await handle.close();
        if (finalName !== null) await rename(written, finalName);
      } catch (error) {
        throw diskFailure(shown, error);
      }
    },
    abandon: async () => {
      await handle.close().catch(() => undefined);
      if (finalName !== null) await rm(written, { force: true }).catch(() => undefined);
    },
  };
}
