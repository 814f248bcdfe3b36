import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { diskFailure } from '../base/diskFailure.ts';
import { systemErrorCode } from '../base/failure.ts';
import { sha256 } from '../base/digest.ts';
import { makeFolder } from '../base/makeFolder.ts';

/** A text kept beside the audit log, named by its digest: the log carries the digest, so the text cannot change unseen. */
export interface EvidenceReference {
  readonly sha256: string;
  readonly bytes: number;
}

export interface Evidence {
  /** Keeps a text, already redacted. Resolves once it is written; the entry that names it is what is durable. */
  put(text: string): Promise<EvidenceReference>;
}

/** Evidence files in one folder, content-addressed: the same text is kept once. */
export function openEvidence(folder: string): Evidence {
  return {
    put: async (text) => {
      const digest = sha256(text);
      const file = path.join(folder, digest);
      try {
        makeFolder(folder);
        await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch(unlessThere);
      } catch (error) {
        throw diskFailure(file, error);
      }
      return { sha256: digest, bytes: Buffer.byteLength(text) };
    },
  };
}

/** The same text is there already. */
function unlessThere(error: unknown): void {
  if (systemErrorCode(error) !== 'EEXIST') throw error;
}
