import { nodeHash } from './treeHash.ts';
import type { LeafRange } from './subtrees.ts';

// Inclusion proofs (RFC 9162 section 2.1.3): that a leaf stands at its place in a tree whose root is known.

/** The leaves under each hash of the proof for a leaf, from the leaf's neighbour upwards; null where there is no such leaf. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  const ranges: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  return ranges;
}

/** The root that a proof leads to from a leaf; null where a proof of this length proves nothing about this leaf. */
export function rootFromInclusion(leaf: Buffer, index: number, size: number, proof: readonly Buffer[]): Buffer | null {
  const ranges = inclusionRanges(index, size);
  if (ranges === null || ranges.length !== proof.length || !areHashes([leaf, ...proof])) return null;
  let node = leaf;
  for (const [level, { from }] of ranges.entries()) {
    const neighbour = proof[level];
    if (neighbour === undefined) return null;
    node = from > index ? nodeHash(node, neighbour) : nodeHash(neighbour, node);
  }
  return node;
}

/** Whether a proof shows that the leaf with this hash is leaf `index` of the tree of this size and root. */
export function isIncluded(
  leaf: Buffer,
  index: number,
  { size, root }: { readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  return rootFromInclusion(leaf, index, size, proof)?.equals(root) === true;
}

/** The largest power of two below a size of more than one: where a tree is split into two. */
export function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

export function areHashes(buffers: readonly Buffer[]): boolean {
  return buffers.every(({ length }) => length === 32);
}
