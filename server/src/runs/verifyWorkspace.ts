import type { AnchorSettings } from '../audit/anchor/settings.ts';
import { parseNoteKey } from '../audit/note/noteKey.ts';
import { verifyHere } from '../audit/verify/verifyHere.ts';
import type { Verified } from '../audit/verify/verifying.ts';
import { readAuditNotes } from '../workspace/readAuditNotes.ts';

export interface VerifyWorkspace {
  readonly workspace: string;
  readonly lokiHome: string;
  /** The folder of its log. */
  readonly folder: string;
  readonly anchors: AnchorSettings;
  /** The key of the log, known from elsewhere. */
  readonly trustedKey?: string | null;
  readonly isStrict?: boolean;
}

/** Verifies a workspace's log against everything that this machine, its configuration and its repository know. Never writes. */
export async function verifyWorkspace(
  { workspace, lokiHome, folder, anchors, trustedKey = null, isStrict = false }: VerifyWorkspace,
  signal?: AbortSignal,
): Promise<Verified> {
  const { witness } = anchors;
  return await verifyHere({
    folder,
    lokiHome,
    witnessKey: witness === null ? null : parseNoteKey(witness.key),
    readNotes: async () => await readAuditNotes(workspace, signal),
    trustedKey,
    isStrict,
    signal,
  });
}
