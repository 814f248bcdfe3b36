import { readCheckpointRecord } from '../checkpoint/readRecord.ts';
import type { CheckpointRecord } from '../checkpoint/checkpointRecord.ts';
import {
  parseChainHead,
  parseKeyEpoch,
  parsePrunedHead,
  parseTreeHead,
  type KeyEpoch,
} from '../checkpoint/checkpointText.ts';
import { CompactRange } from '../merkle/compactRange.ts';
import { isNoteSignedBy, parseNote, type SignedNote } from '../note/signedNote.ts';

/** A signed checkpoint, both notes of which are good and say the same. Hashes are hexadecimal. */
export interface SignedCheckpoint {
  readonly size: number;
  readonly hash: string;
  readonly root: string;
  readonly at: string;
  readonly segment: number;
  readonly offset: number;
}

export interface SignedPruning {
  readonly size: number;
  readonly hash: string;
  readonly root: string;
  readonly roots: readonly string[];
  readonly at: string;
}

/** What `audit.checkpoints` says, as far as it is signed. */
export interface SignedRecord {
  readonly logId: string | null;
  readonly epochs: readonly KeyEpoch[];
  /** In the order of their sizes. */
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly pruned: readonly SignedPruning[];
  /** What is wrong with the file, for a sentence that begins with "line 3 of audit.checkpoints"; null for nothing. */
  readonly problem: string | null;
  /** It ends inside a line: its writer was stopped while writing. */
  readonly isTorn: boolean;
}

/**
 * Reads the lines of `audit.checkpoints` one after another and checks every signature: each by the key of the epoch that it
 * falls into, each epoch's key by the one before. After the first line that is wrong nothing further is believed.
 */
export class SignedRecordReader {
  #logId: string | null = null;
  readonly #epochs: KeyEpoch[] = [];
  readonly #checkpoints: SignedCheckpoint[] = [];
  readonly #pruned: SignedPruning[] = [];
  readonly #isStrict: boolean;
  #lines = 0;
  /** The last note about the tree whose signature was not looked at, and its line. */
  #passedTree: { readonly note: SignedNote; readonly line: number } | null = null;
  #problem: string | null = null;

  /**
   * Where the log is checked plainly, the tree is not computed, and of the notes about it only the last one's signature is
   * looked at: signatures take as long as a hundred entries each.
   */
  constructor({ isStrict }: { readonly isStrict: boolean }) {
    this.#isStrict = isStrict;
  }

  take(line: Buffer): void {
    this.#lines += 1;
    if (this.#problem !== null) return;
    const record = readCheckpointRecord(line.toString('utf8'));
    const problem = record === null ? 'is not a record that Loki writes' : this.#read(record);
    if (problem !== null) this.#problem = `line ${this.#lines} of audit.checkpoints ${problem}`;
  }

  /** What was read, and whether what stands after the last line feed can be the beginning of a record. */
  finish(torn: Buffer): SignedRecord {
    // A writer that was stopped leaves the beginning of a record. One more byte after a whole record is no such thing.
    const problem = this.#passedTree === null ? null : this.#signatureProblem(this.#passedTree.note);
    if (problem !== null) this.#problem ??= `line ${this.#passedTree?.line} of audit.checkpoints ${problem}`;
    const isChanged = readCheckpointRecord(torn.subarray(0, -1).toString('utf8')) !== null;
    if (isChanged) this.#problem ??= `line ${this.#lines + 1} of audit.checkpoints does not end as lines do`;
    return {
      logId: this.#logId,
      epochs: this.#epochs,
      checkpoints: this.#checkpoints,
      pruned: this.#pruned,
      problem: this.#problem,
      isTorn: torn.length > 0 && !isChanged,
    };
  }

  #read(record: CheckpointRecord): string | null {
    switch (record.kind) {
      case 'key':
        return this.#readKey(record.note);
      case 'checkpoint':
        return this.#readCheckpoint(record);
      case 'pruned':
        return this.#readPruned(record);
    }
  }

  #readKey(text: string): string | null {
    const note = parseNote(text);
    const epoch = note === null ? null : parseKeyEpoch(note.text);
    if (note === null || epoch === null) return 'is not a record of a key';
    const before = this.#epochs.at(-1);
    if (epoch.epoch !== (before?.epoch ?? 0) + 1 || epoch.from < Math.max(before?.from ?? 0, this.#size()))
      return 'begins a key out of turn';
    if (!isNoteSignedBy(note, epoch.key)) return 'names a key that did not sign it';
    if (before !== undefined && !isNoteSignedBy(note, before.key))
      return `names a new key that the key before it (${before.key.id}) did not sign`;
    if (this.#isOther(epoch.logId)) return 'is about another log';
    const problem = this.#passedTree === null ? null : this.#signatureProblem(this.#passedTree.note);
    this.#passedTree = null;
    this.#epochs.push(epoch);
    return problem === null ? null : `follows a checkpoint that ${problem}`;
  }

  #readCheckpoint({ tree, head, roots, segment, offset }: CheckpointRecord & { kind: 'checkpoint' }): string | null {
    const treeNote = parseNote(tree);
    const headNote = parseNote(head);
    const treeHead = treeNote === null ? null : parseTreeHead(treeNote.text);
    const chainHead = headNote === null ? null : parseChainHead(headNote.text);
    if (treeNote === null || headNote === null || treeHead === null || chainHead === null) return 'is not a checkpoint';
    const problem = this.#signatureProblem(headNote) ?? (this.#isStrict ? this.#signatureProblem(treeNote) : null);
    if (problem !== null) return problem;
    if (this.#isOther(treeHead.logId) || this.#isOther(chainHead.logId)) return 'is about another log';
    const { size, hash, at } = chainHead;
    if (treeHead.size !== size) return 'holds two notes about different numbers of entries';
    if (size < this.#size()) return 'covers fewer entries than one before it';
    if (size <= (this.#epochs.at(-1)?.from ?? 0)) return 'was signed with a key that did not sign yet at that size';
    if (!isRangeOf(size, roots, treeHead.root)) return 'holds subtrees that do not give the signed root';
    if (!this.#isStrict) this.#passedTree = { note: treeNote, line: this.#lines };
    this.#checkpoints.push({ size, hash, root: treeHead.root.toString('hex'), at, segment, offset });
    return null;
  }

  #readPruned({ note, roots }: CheckpointRecord & { kind: 'pruned' }): string | null {
    const parsed = parseNote(note);
    const head = parsed === null ? null : parsePrunedHead(parsed.text);
    if (parsed === null || head === null) return 'is not a record of what was deleted';
    const problem = this.#signatureProblem(parsed);
    if (problem !== null) return problem;
    if (this.#isOther(head.logId)) return 'is about another log';
    const { size, hash, root, at } = head;
    if (size > this.#size() || size < (this.#pruned.at(-1)?.size ?? 0))
      return 'says that more was deleted than there was';
    if (!isRangeOf(size, roots, root)) return 'holds subtrees that do not give the signed root';
    this.#pruned.push({ size, hash, root: root.toString('hex'), roots, at });
    return null;
  }

  #signatureProblem(note: SignedNote): string | null {
    const epoch = this.#epochs.at(-1);
    if (epoch === undefined) return 'is signed, but no key is named before it';
    if (isNoteSignedBy(note, epoch.key)) return null;
    const other = this.#epochs.find(({ key }) => isNoteSignedBy(note, key));
    if (other !== undefined) return `was signed with the key of epoch ${other.epoch}, which no longer signs`;
    return `carries no good signature of the key that signs then (${epoch.key.id})`;
  }

  /** All that is signed is about one log. */
  #isOther(logId: string): boolean {
    this.#logId ??= logId;
    return this.#logId !== logId;
  }

  #size(): number {
    return this.#checkpoints.at(-1)?.size ?? 0;
  }
}

function isRangeOf(size: number, roots: readonly string[], root: Buffer): boolean {
  const range = CompactRange.of(
    size,
    roots.map((one) => Buffer.from(one, 'hex')),
  );
  return range?.root().equals(root) === true;
}
