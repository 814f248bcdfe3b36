/** Where an entry stands compared with those before it. */
export type Meeting =
  /** Directly after the one before, or after lines that could not be read and may be what lies between. */
  | 'next'
  /** Entries are missing before it. */
  | 'gap'
  /** It was missing before: it stands in another place than where it belongs. */
  | 'moved'
  /** It was there already. */
  | 'again';

interface Missing {
  readonly from: number;
  readonly to: number;
  count: number;
}

/** Beyond so many gaps the last one is widened: what is reported is the first. */
const mostGaps = 1000;

/** Which sequence numbers were met, in a log of which lines may be missing, moved or unreadable. Needs constant memory. */
export class Sequence {
  /** The number that comes next where nothing is wrong. */
  next: number;
  /** One more than the highest that was met. */
  #top: number;
  #unreadable = 0;
  readonly #missing: Missing[] = [];

  constructor(first: number) {
    this.next = first;
    this.#top = first;
  }

  /** How many entries the log reaches to, if lines that could not be read stand for one entry each. */
  get reached(): number {
    return this.#top + this.#unreadable;
  }

  /** The first numbers that were met nowhere; null for none. */
  get missing(): { readonly from: number; readonly to: number } | null {
    return this.#missing.find(({ count }) => count > 0) ?? null;
  }

  /** A line that is no entry; `entries` of them seem to be in it. */
  passUnreadable(entries: number): void {
    this.#unreadable += entries;
    this.next += entries;
  }

  meet(seq: number): Meeting {
    const expected = this.next;
    const unreadable = this.#unreadable;
    this.next = seq + 1;
    if (seq < this.#top) return this.#fill(seq) ? 'moved' : 'again';
    const skipped = seq - this.#top;
    const count = skipped - Math.min(skipped, unreadable);
    if (count > 0) this.#miss({ from: this.#top, to: seq - 1, count });
    this.#top = seq + 1;
    this.#unreadable = 0;
    if (count > 0) return 'gap';
    // After a jump back the next new entry stands apart from the one before it.
    return seq <= expected && seq >= expected - unreadable ? 'next' : 'moved';
  }

  #miss(missing: Missing): void {
    const last = this.#missing.at(-1);
    if (this.#missing.length < mostGaps || last === undefined) this.#missing.push(missing);
    else this.#missing[mostGaps - 1] = { from: last.from, to: missing.to, count: last.count + missing.count };
  }

  #fill(seq: number): boolean {
    const missing = this.#missing.find(({ from, to, count }) => from <= seq && seq <= to && count > 0);
    if (missing !== undefined) missing.count -= 1;
    return missing !== undefined;
  }
}
