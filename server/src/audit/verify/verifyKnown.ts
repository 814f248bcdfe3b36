import { readAnchors } from '../anchor/readAnchors.ts';
import { checkKeyChain } from '../checkpoint/keyChain.ts';
import { logIdOf, readFirstEntry } from '../file/firstEntry.ts';
import type { KnownHeads } from '../heads/knownHeads.ts';
import { parseNoteKey, type NoteKey } from '../note/noteKey.ts';
import { readSignedStates } from '../proof/signedStates.ts';
import { Failure } from '../../base/failure.ts';
import type { AnchorClaim } from './evidence.ts';
import { verifyAuditLog } from './verify.ts';
import type { Verified } from './verifying.ts';

/** What whoever verifies knows, besides what lies in the folder. */
export interface Knowledge {
  /** What this machine remembers of the logs of the folder; null where it remembers nothing. */
  readonly heads: KnownHeads | null;
  /** The configured key of the witness; null where none is known. */
  readonly witnessKey: NoteKey | null;
  /** The lines of all notes in the repository of the workspace; null where there is none. */
  readonly readNotes: (() => Promise<readonly string[]>) | null;
  /** The key of the log, known from elsewhere, as a C2SP verifier key. */
  readonly trustedKey: string | null;
}

/** Verifies the log in a folder against its checkpoints, its anchors, and what is known besides. Never writes. */
export async function verifyKnown(
  folder: string,
  knowledge: Knowledge,
  { isStrict, signal }: { readonly isStrict: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Verified> {
  const { heads, trustedKey } = knowledge;
  const { claims, problems } = await anchorsOf(folder, knowledge);
  const result = await verifyAuditLog(folder, { isStrict, heads, trustedKey, anchors: claims }, signal);
  return 'kind' in result ? result : { ...result, warnings: [...result.warnings, ...problems] };
}

/** Anchors are read before the log: what it must agree with is never newer than what is read of it. */
async function anchorsOf(
  folder: string,
  { heads, witnessKey, readNotes, trustedKey }: Knowledge,
): Promise<{ readonly claims: readonly AnchorClaim[]; readonly problems: readonly string[] }> {
  const chain = await keysOf(folder);
  const first = chain === null ? await readFirstEntry(folder) : null;
  const logId = chain?.logId ?? (first === null ? (heads?.here[0]?.logId ?? null) : logIdOf(first));
  if (logId === null) return { claims: [], problems: [] };
  // The checkpoints may be gone, and then what is known from elsewhere says whose signature counts.
  const others = [...(heads?.keys(logId) ?? []).map(({ key }) => key), ...(trustedKey === null ? [] : [trustedKey])];
  const keys = [...(chain?.epochs.map(({ key }) => key) ?? []), ...others.flatMap((text) => parseNoteKey(text) ?? [])];
  try {
    return await readAnchors(folder, { logId, keys, witnessKey, readNotes });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { claims: [], problems: [`what is known of the log in other places could not be read: ${error.message}`] };
  }
}

async function keysOf(folder: string) {
  try {
    const chain = checkKeyChain((await readSignedStates(folder, [])).keys);
    return chain.kind === 'good' ? chain.value : null;
  } catch (error) {
    // What is wrong with the checkpoints, the verification says.
    if (error instanceof Failure) return null;
    throw error;
  }
}
