import { CompactRange } from './compactRange.ts';

// Proofs consist of roots of subtrees: which ones, numbers alone tell; what they are, is found in one pass over the
// leaves, with no more in memory than the proof itself.

/** The leaves from `from` up to `to`, which is not among them. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

interface Part extends LeafRange {
  /** The tree over what was given so far of the range. */
  readonly tree: CompactRange;
}

/** Finds the roots over ranges of leaves that do not overlap, given leaf by leaf. */
export class SubtreeRoots {
  readonly #parts: readonly Part[];
  readonly #waiting: Part[];
  #next: number;

  private constructor(parts: readonly Part[], next: number) {
    this.#parts = parts;
    this.#waiting = parts.filter((part) => part.to > next).sort((a, b) => a.from - b.from);
    this.#next = next;
  }

  /**
   * `before` is the tree over the leaves that will not be given: those before its size. A range can reach into it where
   * it consists of whole perfect subtrees there; null where one does not.
   */
  static over(ranges: readonly LeafRange[], before: CompactRange = CompactRange.empty()): SubtreeRoots | null {
    const parts: Part[] = [];
    for (const range of ranges) {
      const tree = partOf(before, range);
      if (tree === null) return null;
      parts.push({ ...range, tree });
    }
    return new SubtreeRoots(parts, before.size);
  }

  /** Takes the hash of the next leaf. */
  append(leaf: Buffer): void {
    const index = this.#next;
    this.#next += 1;
    const part = this.#waiting[0];
    if (part === undefined || index < part.from) return;
    part.tree.append(leaf);
    if (index + 1 === part.to) this.#waiting.shift();
  }

  /** The roots in the order of the ranges; null while leaves are missing. */
  roots(): readonly Buffer[] | null {
    return this.#waiting.length > 0 ? null : this.#parts.map(({ tree }) => tree.root());
  }
}

/** What a tree holds of a range; null where the range cuts through one of the perfect subtrees of the tree. */
function partOf(tree: CompactRange, { from, to }: LeafRange): CompactRange | null {
  const end = Math.min(to, tree.size);
  if (from >= end) return CompactRange.empty();
  const inside: Buffer[] = [];
  let position = 0;
  for (const root of tree.roots) {
    const next = position + widthAt(tree.size - position);
    if (position >= from && next <= end) inside.push(root);
    else if (position < end && next > from) return null;
    position = next;
  }
  return CompactRange.of(end - from, inside);
}

/** The size of the first perfect subtree of a tree: the largest power of two that is not above its size. */
function widthAt(size: number): number {
  let width = 1;
  while (width * 2 <= size) width *= 2;
  return width;
}
