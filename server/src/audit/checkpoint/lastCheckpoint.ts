import { CompactRange } from '../merkle/compactRange.ts';
import { isNoteSignedBy, parseNote } from '../note/signedNote.ts';
import type { CheckpointLine, PrunedLine } from './checkpointFile.ts';
import { parseChainHead, parsePrunedHead, parseTreeHead, type ChainHead, type KeyEpoch } from './checkpointText.ts';
import type { TreePosition } from './coveredTree.ts';

/** Where a writer can go on with the tree, as a signature of the epoch's key vouches for it; null where none does. */
export function positionOf(line: CheckpointLine, { key, logId }: KeyEpoch): TreePosition | null {
  const tree = parseNote(line.tree);
  const head = parseNote(line.head);
  if (tree === null || head === null || !isNoteSignedBy(tree, key) || !isNoteSignedBy(head, key)) return null;
  const treeHead = parseTreeHead(tree.text);
  const chainHead = parseChainHead(head.text);
  if (treeHead?.logId !== logId || chainHead?.logId !== logId || treeHead.size !== chainHead.size) return null;
  const range = CompactRange.of(treeHead.size, line.roots.map(bytes));
  if (range?.root().equals(treeHead.root) !== true) return null;
  const link = { seq: treeHead.size, previousHash: chainHead.hash };
  return { range, link, segment: line.segment, offset: line.offset };
}

/** The same for what was deleted on purpose: the log goes on behind it. */
export function positionAfter(line: PrunedLine, { key, logId }: KeyEpoch): TreePosition | null {
  const note = parseNote(line.note);
  const head = note !== null && isNoteSignedBy(note, key) ? parsePrunedHead(note.text) : null;
  if (head?.logId !== logId) return null;
  const range = CompactRange.of(head.size, line.roots.map(bytes));
  if (range?.root().equals(head.root) !== true) return null;
  return { range, link: { seq: head.size, previousHash: head.hash }, segment: head.size, offset: 0 };
}

/** What a checkpoint says about the chain, whoever signed it. */
export function chainHeadOf({ head }: CheckpointLine): ChainHead | null {
  const note = parseNote(head);
  return note === null ? null : parseChainHead(note.text);
}

function bytes(root: string): Buffer {
  return Buffer.from(root, 'hex');
}
