import type { NoteKey } from '../note/noteKey.ts';
import { isNoteSignedBy, parseNote } from '../note/signedNote.ts';
import {
  parseChainHead,
  parseKeyEpoch,
  parseTreeHead,
  type ChainHead,
  type KeyEpoch,
  type TreeHead,
} from './checkpointText.ts';

// The keys of a log from its first one on, each signed by the one before, and what they sign. Pure.

export interface KeyChain {
  readonly logId: string;
  /** From epoch 1 on. */
  readonly epochs: readonly KeyEpoch[];
}

/** `problem` completes a sentence about what was read: "the key of epoch 2 …". */
export type Checked<T> =
  { readonly kind: 'good'; readonly value: T } | { readonly kind: 'bad'; readonly problem: string };

/** Reads the notes about the keys of a log, in their order. Every key but the first must be signed by the one before. */
export function checkKeyChain(notes: readonly string[]): Checked<KeyChain> {
  const epochs: KeyEpoch[] = [];
  for (const text of notes) {
    const name = `the key of epoch ${epochs.length + 1}`;
    const note = parseNote(text);
    const epoch = note === null ? null : parseKeyEpoch(note.text);
    if (note === null || epoch === null) return bad(`${name} cannot be read`);
    const before = epochs.at(-1);
    if (epoch.epoch !== epochs.length + 1) return bad(`${name} is missing or stands at another place`);
    if (before !== undefined && (epoch.logId !== before.logId || epoch.from < before.from))
      return bad(`${name} is of another log or begins before the one that it follows`);
    if (!isNoteSignedBy(note, epoch.key)) return bad(`${name} did not sign its own beginning`);
    if (before !== undefined && !isNoteSignedBy(note, before.key))
      return bad(`${name} is not signed by the key before it`);
    epochs.push(epoch);
  }
  const [first] = epochs;
  return first === undefined ? bad('no key is named') : { kind: 'good', value: { logId: first.logId, epochs } };
}

/** The epoch that signs checkpoints of a size: the last that had begun before it. Null where none had. */
export function epochAt({ epochs }: KeyChain, size: number): KeyEpoch | null {
  return epochs.findLast(({ from }) => from < size) ?? null;
}

export interface Checkpoint {
  readonly tree: TreeHead;
  readonly head: ChainHead;
  readonly epoch: KeyEpoch;
}

/** Reads the two notes of a checkpoint: both must be about one size of this log and signed by the key of that size. */
export function checkCheckpoint(
  { tree, head }: { readonly tree: string; readonly head: string },
  chain: KeyChain,
): Checked<Checkpoint> {
  const root = checkTreeHead(tree, chain);
  if (root.kind === 'bad') return root;
  const note = parseNote(head);
  const chainHead = note === null ? null : parseChainHead(note.text);
  if (note === null || chainHead === null) return bad('the note about the chain cannot be read');
  const { tree: treeHead, epoch } = root.value;
  if (chainHead.logId !== chain.logId || chainHead.size !== treeHead.size)
    return bad('its two notes are about different states');
  if (!isNoteSignedBy(note, epoch.key))
    return bad(`the note about the chain is not signed by the key of epoch ${epoch.epoch}`);
  return { kind: 'good', value: { tree: treeHead, head: chainHead, epoch } };
}

/** The same for the note about the tree alone. */
export function checkTreeHead(text: string, chain: KeyChain): Checked<Omit<Checkpoint, 'head'>> {
  const note = parseNote(text);
  const tree = note === null ? null : parseTreeHead(note.text);
  if (note === null || tree === null) return bad('the note about the tree cannot be read');
  if (tree.logId !== chain.logId) return bad('it is about another log');
  const epoch = epochAt(chain, tree.size);
  if (epoch === null) return bad('no key had begun to sign at its size');
  if (!isNoteSignedBy(note, epoch.key))
    return bad(`the note about the tree is not signed by the key of epoch ${epoch.epoch}`);
  return { kind: 'good', value: { tree, epoch } };
}

/** Whether a key that somebody knows leads to what an epoch signed: it is that epoch's key or one before it. */
export function leadsTo(key: NoteKey, { epoch }: KeyEpoch, { epochs }: KeyChain): boolean {
  return epochs.slice(0, epoch).some((one) => one.key.id === key.id && one.key.publicKey.equals(key.publicKey));
}

function bad(problem: string): { readonly kind: 'bad'; readonly problem: string } {
  return { kind: 'bad', problem };
}
