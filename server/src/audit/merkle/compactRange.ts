import { invariant } from '../../base/invariant.ts';
import { emptyRoot, nodeHash } from './treeHash.ts';

/**
 * All that must be remembered of a Merkle tree to append to it and to know its root (RFC 6962 section 2.1): the roots of
 * the perfect subtrees it consists of, from the largest at the left to the smallest at the right. At most 53 hashes.
 */
export class CompactRange {
  #size: number;
  readonly #roots: Buffer[];

  private constructor(size: number, roots: readonly Buffer[]) {
    this.#size = size;
    this.#roots = [...roots];
  }

  static empty(): CompactRange {
    return new CompactRange(0, []);
  }

  /** The tree of this size with these subtrees; null where so many cannot be those of a tree of this size. */
  static of(size: number, roots: readonly Buffer[]): CompactRange | null {
    const isTree = Number.isSafeInteger(size) && size >= 0 && roots.length === bitsOf(size);
    return isTree && roots.every(({ length }) => length === 32) ? new CompactRange(size, roots) : null;
  }

  /** How many leaves the tree has. */
  get size(): number {
    return this.#size;
  }

  /** The roots of the subtrees, the largest first. */
  get roots(): readonly Buffer[] {
    return this.#roots;
  }

  /** Appends a leaf by its hash (`leafHash`). */
  append(leaf: Buffer): void {
    let node = leaf;
    // Each trailing one of the size is a perfect subtree that is complete together with what is being added.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#roots.pop();
      invariant(left !== undefined, 'a compact range holds a root for each bit of its size');
      node = nodeHash(left, node);
    }
    this.#roots.push(node);
    this.#size += 1;
  }

  /** The root of the whole tree. */
  root(): Buffer {
    return (
      this.#roots.reduceRight<Buffer | null>((right, left) => (right === null ? left : nodeHash(left, right)), null) ??
      emptyRoot
    );
  }

  copy(): CompactRange {
    return new CompactRange(this.#size, this.#roots);
  }
}

function bitsOf(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
