import { areHashes, splitOf } from './inclusion.ts';
import { emptyRoot, nodeHash } from './treeHash.ts';
import type { LeafRange } from './subtrees.ts';

// Consistency proofs (RFC 9162 section 2.1.4): that a tree is the beginning of a larger one.

/** The leaves under each hash of the proof between two sizes, in its order; null where there can be no proof. */
export function consistencyRanges(first: number, second: number): readonly LeafRange[] | null {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second) return null;
  // The empty tree is the beginning of every tree, and every tree of itself.
  if (first === 0 || first === second) return [];
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = second;
  // The older root is known where the path ends at the whole of it; otherwise its last part is the first hash.
  while (first !== to) {
    const middle = from + splitOf(to - from);
    if (first <= middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  return from === 0 ? ranges : [{ from, to }, ...ranges];
}

interface Tree {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether a proof shows that the first tree is the beginning of the second. */
export function isConsistent(first: Tree, second: Tree, proof: readonly Buffer[]): boolean {
  const ranges = consistencyRanges(first.size, second.size);
  if (ranges === null || ranges.length !== proof.length || !areHashes([first.root, second.root, ...proof]))
    return false;
  if (first.size === 0) return first.root.equals(emptyRoot) && (second.size > 0 || second.root.equals(emptyRoot));
  if (first.size === second.size) return first.root.equals(second.root);
  // Where the first tree is a perfect one, its root is where both ways up begin and is not in the proof.
  const isPerfect = isPowerOfTwo(first.size);
  const start = isPerfect ? first.root : proof[0];
  if (start === undefined) return false;
  let older = start;
  let newer = start;
  for (const [level, { from }] of ranges.entries()) {
    const neighbour = proof[level];
    if (neighbour === undefined) return false;
    if (level === 0 && !isPerfect) continue;
    if (from < first.size) {
      older = nodeHash(neighbour, older);
      newer = nodeHash(neighbour, newer);
    } else {
      newer = nodeHash(newer, neighbour);
    }
  }
  return older.equals(first.root) && newer.equals(second.root);
}

function isPowerOfTwo(size: number): boolean {
  let rest = size;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}
