import { Failure } from '../../base/failure.ts';
import { parseTreeHead } from '../checkpoint/checkpointText.ts';
import { CompactRange } from '../merkle/compactRange.ts';
import { consistencyRanges } from '../merkle/consistency.ts';
import { inclusionRanges } from '../merkle/inclusion.ts';
import { SubtreeRoots, type LeafRange } from '../merkle/subtrees.ts';
import { leafHash } from '../merkle/treeHash.ts';
import { parseNote } from '../note/signedNote.ts';
import { checkProof } from './checkProof.ts';
import { linesFrom } from './linesFrom.ts';
import { entryCount } from './entryCount.ts';
import { printProof, type ProofDocument } from './proofDocument.ts';
import { readSignedStates, type KnownRange, type SignedState, type SignedStates } from './signedStates.ts';

// Proofs about the log in a folder, for people who may hold nothing else of it. Never writes.

/** Proves that entry `seq` is in the log as it was last signed. */
export async function proveInclusion(folder: string, seq: number, signal?: AbortSignal): Promise<ProofDocument> {
  const states = await readSignedStates(folder, [seq]);
  const target = needLast(states);
  if (seq >= target.size)
    throw unproved(
      `entry ${seq} is not covered by a signature yet: the last checkpoint covers ${entryCount(target.size)}, the last of them number ${target.size - 1}; a new one is made at the end of a run and within a minute while one is at work, so ask again then; loki audit list shows which entries there are`,
    );
  if (seq < states.prunedSize)
    throw unproved(
      `entry ${seq} was deleted on purpose: the log begins with entry ${states.prunedSize}, and nothing before it can be proved any more`,
    );
  const ranges = inclusionRanges(seq, target.size) ?? [];
  const { hashes, kept } = await collect(folder, ranges, states.rangeUpTo(seq), target.size, { keep: seq, signal });
  return checked({ kind: 'inclusion', index: seq, entry: kept ?? '', ...common(target, states, hashes) });
}

/** Proves that the first `from` entries are the beginning of the log as it was signed at `to`, or last. */
export async function proveConsistency(
  folder: string,
  { from, to }: { readonly from: number; readonly to: number | null },
  signal?: AbortSignal,
): Promise<ProofDocument> {
  const states = await readSignedStates(folder, to === null ? [from] : [from, to]);
  const target = to === null ? needLast(states) : stateOf(states, to);
  if (from > target.size)
    throw unproved(
      `the state of ${entryCount(from)} is not covered by a signature yet: the checkpoint to compare with covers ${entryCount(target.size)}`,
    );
  if (from < states.prunedSize)
    throw unproved(
      `the first ${states.prunedSize} entries were deleted on purpose: nothing can be proved about a state before that`,
    );
  const ranges = consistencyRanges(from, target.size) ?? [];
  const earlier = states.stateOf(from);
  const base = states.rangeUpTo(from);
  const { hashes } = await collect(folder, ranges, base, from === target.size ? base.size : target.size, { signal });
  const fromRoot = earlier === null ? await rootAt(folder, base, from, signal) : rootOf(earlier);
  const fromCheckpoint = earlier?.record.tree ?? null;
  return checked({
    kind: 'consistency',
    fromSize: from,
    fromRoot: fromRoot.toString('base64'),
    fromCheckpoint,
    ...common(target, states, hashes),
  });
}

/** The hashes that prove the step from a number of entries to a signed one, for somebody who knows both roots. */
export async function consistencyHashes(
  folder: string,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<readonly Buffer[]> {
  const states = await readSignedStates(folder, [from]);
  if (from < states.prunedSize)
    throw unproved(
      `the first ${states.prunedSize} entries were deleted on purpose, so no step from before can be proved`,
    );
  const ranges = consistencyRanges(from, to);
  if (ranges === null) throw unproved(`there is no step from ${entryCount(from)} to ${entryCount(to)}`);
  if (ranges.length === 0) return [];
  return (await collect(folder, ranges, states.rangeUpTo(from), to, { signal })).hashes;
}

interface Collecting {
  /** The line of this entry is wanted too. */
  readonly keep?: number;
  readonly signal?: AbortSignal | undefined;
}

async function collect(
  folder: string,
  ranges: readonly LeafRange[],
  base: KnownRange,
  to: number,
  { keep, signal }: Collecting,
): Promise<{ readonly hashes: readonly Buffer[]; readonly kept: string | null }> {
  const found = SubtreeRoots.over(ranges, treeOf(base));
  if (found === null) throw contradiction();
  let next = base.size;
  let kept: string | null = null;
  for await (const lines of linesFrom(folder, { next, segment: base.segment, offset: base.offset }, to)) {
    signal?.throwIfAborted();
    for (const line of lines) {
      if (next === keep) kept = line.toString('utf8');
      found.append(leafHash(line));
      next += 1;
    }
  }
  const hashes = found.roots();
  if (hashes === null || (keep !== undefined && kept === null)) throw contradiction();
  return { hashes, kept };
}

/** The root over the first entries, from a smaller tree that is known. */
async function rootAt(folder: string, base: KnownRange, size: number, signal?: AbortSignal): Promise<Buffer> {
  const tree = treeOf(base);
  for await (const lines of linesFrom(folder, { next: base.size, segment: base.segment, offset: base.offset }, size)) {
    signal?.throwIfAborted();
    for (const line of lines) tree.append(leafHash(line));
  }
  if (tree.size !== size) throw contradiction();
  return tree.root();
}

function treeOf({ size, roots }: KnownRange): CompactRange {
  const range = CompactRange.of(
    size,
    roots.map((root) => Buffer.from(root, 'hex')),
  );
  if (range === null) throw contradiction();
  return range;
}

function common({ size, record }: SignedState, { keys }: SignedStates, hashes: readonly Buffer[]) {
  const { tree, head } = record;
  return { treeSize: size, hashes: hashes.map((hash) => hash.toString('base64')), checkpoint: tree, head, keys };
}

function rootOf({ record }: SignedState): Buffer {
  const note = parseNote(record.tree);
  const tree = note === null ? null : parseTreeHead(note.text);
  if (tree === null) throw contradiction();
  return tree.root;
}

function needLast({ last }: SignedStates): SignedState {
  if (last !== null) return last;
  throw unproved(
    'the audit log has no signed checkpoint, so nothing in it can be proved yet; one is made at the end of a run, or within a minute while one is at work; where there still is none, loki audit verify says why',
  );
}

function stateOf(states: SignedStates, size: number): SignedState {
  const state = states.stateOf(size);
  if (state !== null) return state;
  const before = states.stateUpTo(size)?.size;
  const known = [
    ...(before === undefined ? [] : [`the last one before it covers ${entryCount(before)}`]),
    ...(states.last === null ? [] : [`the newest covers ${entryCount(states.last.size)}`]),
  ];
  throw unproved(
    `no checkpoint was signed at ${entryCount(size)}${known.length === 0 ? '' : `: ${known.join(', ')}`}; leave out --to for the newest`,
  );
}

/** Nobody is given a proof that does not hold. */
function checked(document: ProofDocument): ProofDocument {
  const check = checkProof(printProof(document));
  if (check.kind === 'bad') throw contradiction(check.problem);
  return document;
}

function contradiction(problem?: string): Failure {
  const why = problem === undefined ? '' : ` (${problem})`;
  return new Failure(
    'audit_unproved',
    `the audit log does not agree with its signed checkpoints${why}: loki audit verify says where; keep a copy of its folder as it is`,
  );
}

function unproved(message: string): Failure {
  return new Failure('audit_unproved', message);
}
