import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { CheckpointRecord } from '../checkpoint/checkpointRecord.ts';
import { parseChainHead, parsePrunedHead } from '../checkpoint/checkpointText.ts';
import { readCheckpointRecord } from '../checkpoint/readRecord.ts';
import { readLines } from '../file/lines.ts';
import { openForReading } from '../file/openForReading.ts';
import { parseNote } from '../note/signedNote.ts';

// What a proof needs of `audit.checkpoints`, found in one pass and in little memory. Nothing here is checked: a proof is
// built from it and then checked as a whole.

export type CheckpointLine = Extract<CheckpointRecord, { readonly kind: 'checkpoint' }>;

export interface SignedState {
  readonly size: number;
  readonly record: CheckpointLine;
}

/** A state from which the tree can be continued without the entries before it. */
export interface KnownRange {
  readonly size: number;
  /** Hexadecimal. */
  readonly roots: readonly string[];
  /** Where the entries after it begin. */
  readonly segment: number;
  readonly offset: number;
}

export interface SignedStates {
  /** The notes about keys, from the first one on. */
  readonly keys: readonly string[];
  readonly last: SignedState | null;
  /** The last state of exactly this size; null where there is none. */
  stateOf(size: number): SignedState | null;
  /** The last state of at most this size. */
  stateUpTo(size: number): SignedState | null;
  /** The largest range of at most this size; the empty one where there is none. */
  rangeUpTo(size: number): KnownRange;
  /** How many entries were deleted on purpose. */
  readonly prunedSize: number;
}

/** Which sizes are going to be asked for; of all other states only the last is kept. */
export async function readSignedStates(folder: string, sizes: readonly number[]): Promise<SignedStates> {
  const keys: string[] = [];
  const upTo = new Map<number, SignedState>();
  const ranges = new Map<number, KnownRange>();
  let last: SignedState | null = null;
  let prunedSize = 0;
  for await (const record of readRecords(folder)) {
    if (record.kind === 'key') {
      keys.push(record.note);
      continue;
    }
    const range = record.kind === 'checkpoint' ? rangeOf(record) : prunedRange(record);
    if (record.kind === 'pruned') prunedSize = range.size;
    else last = { size: range.size, record };
    for (const size of sizes) {
      if (range.size > size) continue;
      if (range.size >= (ranges.get(size)?.size ?? 0)) ranges.set(size, range);
      if (record.kind === 'checkpoint') upTo.set(size, { size: range.size, record });
    }
  }
  const stateUpTo = (size: number): SignedState | null => upTo.get(size) ?? null;
  return {
    keys,
    last,
    prunedSize,
    stateUpTo,
    stateOf: (size) => (stateUpTo(size)?.size === size ? stateUpTo(size) : null),
    rangeUpTo: (size) => ranges.get(size) ?? { size: 0, roots: [], segment: 0, offset: 0 },
  };
}

function rangeOf({ head, roots, segment, offset }: CheckpointLine): KnownRange {
  const note = parseNote(head);
  const chainHead = note === null ? null : parseChainHead(note.text);
  if (chainHead === null) throw damaged('a checkpoint in it cannot be read');
  return { size: chainHead.size, roots, segment, offset };
}

function prunedRange({ note, roots }: Extract<CheckpointRecord, { readonly kind: 'pruned' }>): KnownRange {
  const parsed = parseNote(note);
  const pruned = parsed === null ? null : parsePrunedHead(parsed.text);
  if (pruned === null) throw damaged('a record in it of what was deleted cannot be read');
  // What was deleted were whole segments: the next one begins with the entry after them.
  return { size: pruned.size, roots, segment: pruned.size, offset: 0 };
}

/** The records in their order; a last line that its writer could not finish does not count. */
async function* readRecords(folder: string): AsyncGenerator<CheckpointRecord> {
  const file = await openForReading(path.join(folder, 'audit.checkpoints'));
  if (file === null) return;
  try {
    for await (const { lines } of readLines(file, { from: 0, patience: 0 })) {
      for (const line of lines) yield parseRecord(line.toString('utf8'));
    }
  } finally {
    await file.close();
  }
}

function parseRecord(line: string): CheckpointRecord {
  const record = readCheckpointRecord(line);
  if (record === null) throw damaged('a line of it is no record');
  return record;
}

function damaged(why: string): Failure {
  return new Failure(
    'audit_unreadable',
    `the signed checkpoints of the audit log cannot be used: ${why}; loki audit verify says what is wrong with the log`,
  );
}
