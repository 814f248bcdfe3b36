import { readHeads } from '../heads/readHeads.ts';
import type { NoteKey } from '../note/noteKey.ts';
import { erasedCommitments } from '../personal/erasedCommitments.ts';
import { personalWarnings } from './personalWarnings.ts';
import { verifyKnown } from './verifyKnown.ts';
import type { Verified } from './verifying.ts';

export interface VerifyHere {
  readonly folder: string;
  /** Where this machine keeps what it remembers of logs. */
  readonly lokiHome: string;
  /** The configured key of the witness; null where none is known. */
  readonly witnessKey: NoteKey | null;
  /** The lines of all notes in the repository of the workspace; null where there is none. */
  readonly readNotes: (() => Promise<readonly string[]>) | null;
  readonly trustedKey?: string | null;
  readonly isStrict?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Verifies the log in a folder against everything that this machine knows of it. Never writes. */
export async function verifyHere(options: VerifyHere): Promise<Verified> {
  const { folder, lokiHome, witnessKey, readNotes, trustedKey = null, isStrict = false, signal } = options;
  // Before the log itself: heads are never ahead of it.
  const heads = readHeads(lokiHome, folder);
  const result = await verifyKnown(folder, { heads, witnessKey, readNotes, trustedKey }, { isStrict, signal });
  if ('kind' in result) return result;
  return { ...result, warnings: [...result.warnings, ...personalWarnings(await erasedCommitments(folder))] };
}
