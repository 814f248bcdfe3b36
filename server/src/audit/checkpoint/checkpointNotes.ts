import { sign } from 'node:crypto';
import type { SigningKey } from '../keys/signingKeys.ts';
import { noteKey, type NoteKey } from '../note/noteKey.ts';
import { signatureLine, signNote } from '../note/signedNote.ts';
import type { CheckpointRecord } from './checkpointRecord.ts';
import {
  originOf,
  printChainHead,
  printKeyEpoch,
  printPrunedHead,
  printTreeHead,
  type KeyEpoch,
} from './checkpointText.ts';
import type { TreePosition } from './coveredTree.ts';

// The lines of `audit.checkpoints` as they are signed.

/** What a key of the user's is called where it signs about a log. */
export function noteKeyFor(logId: string, { publicKey }: SigningKey): NoteKey {
  return noteKey(originOf(logId), publicKey);
}

export function checkpointLine(
  logId: string,
  { range, link, segment, offset }: TreePosition,
  signer: SigningKey,
  at: string,
): Extract<CheckpointRecord, { kind: 'checkpoint' }> {
  const key = noteKeyFor(logId, signer);
  const { size } = range;
  return {
    kind: 'checkpoint',
    tree: signNote(printTreeHead({ logId, size, root: range.root() }), key, signer.privateKey),
    head: signNote(printChainHead({ logId, size, hash: link.previousHash, at }), key, signer.privateKey),
    roots: range.roots.map(hex),
    segment,
    offset,
  };
}

/** A key begins to sign; the key before it, if there was one, says so too. */
export function keyLine(
  epoch: KeyEpoch,
  signer: SigningKey,
  before: { readonly key: NoteKey; readonly signer: SigningKey } | null,
): Extract<CheckpointRecord, { kind: 'key' }> {
  const text = printKeyEpoch(epoch);
  const note =
    before === null
      ? signNote(text, epoch.key, signer.privateKey)
      : signNote(text, before.key, before.signer.privateKey) +
        signatureLine(epoch.key, sign(null, Buffer.from(text), signer.privateKey));
  return { kind: 'key', note };
}

export function prunedLine(
  logId: string,
  { range, link }: Pick<TreePosition, 'range' | 'link'>,
  signer: SigningKey,
  at: string,
): Extract<CheckpointRecord, { kind: 'pruned' }> {
  const head = { logId, size: range.size, hash: link.previousHash, root: range.root(), at };
  return {
    kind: 'pruned',
    note: signNote(printPrunedHead(head), noteKeyFor(logId, signer), signer.privateKey),
    roots: range.roots.map(hex),
  };
}

function hex(root: Buffer): string {
  return root.toString('hex');
}
