import { open } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../base/atomicFile.ts';
import { sha256 } from '../../base/digest.ts';
import { systemErrorCode } from '../../base/failure.ts';
import { tornLine } from '../file/auditFiles.ts';
import type { EntryContent } from '../chain/chain.ts';

/** Keeps the bytes of an unfinished line in a file of their own, durably, and says what the log must record about it. */
export async function keepTornLine(folder: string, bytes: Buffer, at: Date): Promise<EntryContent> {
  const file = await writeNewFile(folder, bytes, at);
  await syncFolder(folder);
  return {
    timestamp: at.toISOString(),
    who: 'loki',
    what: 'audit_recovered',
    where: path.basename(file),
    why: 'the log ended inside a line, because its last writer was stopped while writing; the unfinished line was moved to this file',
    metadata: { torn_bytes: bytes.length, torn_sha256: sha256(bytes) },
  };
}

async function writeNewFile(folder: string, bytes: Buffer, at: Date): Promise<string> {
  for (let copy = 1; ; copy += 1) {
    const file = tornLine(folder, at, copy);
    try {
      const handle = await open(file, 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      return file;
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}
