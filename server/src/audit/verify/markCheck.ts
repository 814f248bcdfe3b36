import type { CompactRange } from '../merkle/compactRange.ts';
import type { AnchorClaim, Mark } from './evidence.ts';

/** Where in the files the entries up to some size end; null where they were deleted. */
export type Place = { readonly segment: number | null; readonly offset: number } | null;

/** Holds what the lines say against the states that are known from elsewhere, each when the lines have reached it. */
export class MarkCheck {
  readonly #marks: readonly Mark[];
  #next = 0;
  #nextSize: number;
  #provedTo = 0;
  readonly #agreeing: AnchorClaim[] = [];

  /** The marks in the order of their sizes. */
  constructor(marks: readonly Mark[]) {
    this.#marks = marks;
    this.#nextSize = marks[0]?.size ?? Infinity;
  }

  /** The largest size at which the lines agreed with a mark. */
  get provedTo(): number {
    return this.#provedTo;
  }

  /** The anchors that the lines agreed with. */
  get agreeing(): readonly AnchorClaim[] {
    return this.#agreeing;
  }

  /**
   * Told of each size that the lines reach; the tree is null where it is not computed. Answers what contradicts, as the end
   * of a sentence about the entry that completes this size, else null.
   */
  reach(size: number, hash: string, place: Place, tree: CompactRange | null): string | null {
    if (size < this.#nextSize) return null;
    const due: Mark[] = [];
    for (let mark = this.#marks[this.#next]; mark !== undefined && mark.size <= size; mark = this.#marks[this.#next]) {
      this.#next += 1;
      // Smaller ones lie in a gap or were deleted: there is nothing to hold them against.
      if (mark.size === size) due.push(mark);
    }
    this.#nextSize = this.#marks[this.#next]?.size ?? Infinity;
    const root =
      tree?.root().toString('hex') ?? due.find((mark) => mark.hash === hash && mark.root !== null)?.root ?? null;
    const problem = due.map((mark) => this.#problemOf(mark, hash, root, place)).find((one) => one !== null) ?? null;
    if (problem === null && due.length > 0) {
      this.#provedTo = size;
      for (const { anchor, hash: claimed } of due)
        if (anchor !== null && (claimed !== null || root !== null)) this.#agreeing.push(anchor);
    }
    return problem;
  }

  #problemOf(
    { hash: marked, root: markedRoot, place: markedPlace, by, size }: Mark,
    hash: string,
    root: string | null,
    place: Place,
  ): string | null {
    const isOther =
      (marked !== null && marked !== hash) || (markedRoot !== null && root !== null && markedRoot !== root);
    if (isOther) {
      const since = this.#provedTo === 0 ? 'of them' : `after the first ${this.#provedTo}`;
      return `contradicts ${by}, which covers the first ${entries(size)}: one ${since} was changed or rewritten later`;
    }
    if (markedPlace === null || place === null) return null;
    const isThere = markedPlace.segment === place.segment && markedPlace.offset === place.offset;
    return isThere
      ? null
      : `does not end where ${by} says: bytes were added, removed or moved, or that record was changed`;
  }
}

function entries(count: number): string {
  return count === 1 ? 'entry' : `${count} entries`;
}
