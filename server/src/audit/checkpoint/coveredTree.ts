import path from 'node:path';
import { invariant } from '../../base/invariant.ts';
import { checkLine, firstLink, linkAfter, type Link } from '../chain/chain.ts';
import { currentLog } from '../file/auditFiles.ts';
import { readLines } from '../file/lines.ts';
import type { LogFile } from '../file/logFile.ts';
import { readRange } from '../file/readRange.ts';
import { openForReading } from '../file/openForReading.ts';
import { segmentName } from '../file/segments.ts';
import { CompactRange } from '../merkle/compactRange.ts';
import { leafHash, leafHashOfText } from '../merkle/treeHash.ts';

// The Merkle tree over a log's lines as far as a writer has followed it: from memory for what it wrote itself, from the
// disk for everything else.

/** How far a tree reaches, in the chain and in the files. */
export interface TreePosition {
  readonly range: CompactRange;
  /** The place after the last line. */
  readonly link: Link;
  /** First `seq` of the segment in which the last line stands, and the bytes of it up to there. */
  readonly segment: number;
  readonly offset: number;
}

export type Following = { readonly kind: 'followed' } | { readonly kind: 'contradicted'; readonly why: string };

/** An entry that is known from elsewhere: whoever passes it must find this hash. */
export interface KnownEntry {
  readonly seq: number;
  readonly hash: string;
  /** Who says so, for the sentence about a contradiction. */
  readonly by: string;
}

export class CoveredTree {
  readonly #folder: string;
  readonly #expected: readonly KnownEntry[];
  #at: TreePosition;
  #isReading = false;

  constructor(folder: string, from: TreePosition, expected: readonly KnownEntry[] = []) {
    this.#folder = folder;
    this.#at = from;
    this.#expected = expected;
  }

  static start(folder: string, expected: readonly KnownEntry[] = []): CoveredTree {
    return new CoveredTree(folder, { range: CompactRange.empty(), link: firstLink, segment: 0, offset: 0 }, expected);
  }

  get at(): TreePosition {
    return this.#at;
  }

  /** Takes in lines that are known to be good, if they are the ones that come next; else they are read later. */
  add(lines: readonly string[], after: Link, segment: number): void {
    if (this.#isReading || this.#at.link.seq !== after.seq - lines.length || lines.length === 0) return;
    const { range } = this.#at;
    let offset = segment === this.#at.segment ? this.#at.offset : 0;
    for (const line of lines) {
      range.append(leafHashOfText(line));
      offset += Buffer.byteLength(line) + 1;
    }
    this.#at = { range, link: after, segment, offset };
  }

  /** The same for one line as it was read. */
  addRead(line: Buffer, after: Link, segment: number): void {
    if (this.#isReading || this.#at.link.seq !== after.seq - 1) return;
    const { range } = this.#at;
    range.append(leafHash(line));
    const from = segment === this.#at.segment ? this.#at.offset : 0;
    this.#at = { range, link: after, segment, offset: from + line.length + 1 };
  }

  /**
   * Follows the log up to an entry that is durable, checking every line on the way. Needs no lock: what is read does not
   * change any more, and a segment that is renamed meanwhile is found under its new name.
   */
  async follow(toSeq: number): Promise<Following> {
    if (this.#at.link.seq >= toSeq) return { kind: 'followed' };
    invariant(!this.#isReading, 'a tree is followed by one at a time');
    this.#isReading = true;
    try {
      while (this.#at.link.seq < toSeq) {
        const { segment, offset, link } = this.#at;
        const problem =
          (await this.#readFrom(segment, offset, toSeq)) ??
          // Nothing more in this segment: the log goes on in the one that begins here.
          (this.#at.link.seq === link.seq && link.seq > segment ? await this.#readFrom(link.seq, 0, toSeq) : null);
        if (problem !== null) return { kind: 'contradicted', why: problem };
        if (this.#at.link.seq === link.seq)
          return { kind: 'contradicted', why: `entry ${link.seq} cannot be found in its files` };
      }
      return { kind: 'followed' };
    } finally {
      this.#isReading = false;
    }
  }

  async #readFrom(segment: number, from: number, toSeq: number): Promise<string | null> {
    const file = await this.#open(segment);
    if (file === null) return null;
    try {
      const { range } = this.#at;
      let { link } = this.#at;
      let offset = from;
      for await (const { lines } of readLines(file, { from, patience: 0 })) {
        for (const line of lines) {
          if (link.seq === toSeq) break;
          const check = checkLine(line, link);
          if (check.kind === 'bad')
            return link.seq === 0
              ? `its first line ${check.problem}`
              : `the line after entry ${link.seq - 1} ${check.problem}`;
          const known = this.#expected.find(({ seq }) => seq === check.seq);
          if (known !== undefined && known.hash !== check.hash)
            return `entry ${check.seq} is not the one that ${known.by} knows`;
          range.append(leafHash(line));
          link = linkAfter(check);
          offset += line.length + 1;
        }
        this.#at = { range, link, segment, offset };
        if (link.seq === toSeq) return null;
      }
      return null;
    } finally {
      await file.close();
    }
  }

  /** The segment that begins with an entry, under whichever of its names; null where there is none. */
  async #open(segment: number): Promise<LogFile | null> {
    const closedName = path.join(this.#folder, segmentName(segment));
    const closed = await openForReading(closedName);
    if (closed !== null) return closed;
    const current = await openForReading(currentLog(this.#folder));
    const start = current === null ? '' : (await readRange(current, 0, 40)).toString('latin1');
    if (start.startsWith(`{"seq":${segment},`)) return current;
    await current?.close();
    // It may have been renamed between the two looks.
    return await openForReading(closedName);
  }

  /** The tree as it is now, for a checkpoint that is made while the log goes on. */
  snapshot(): TreePosition {
    const { range, ...at } = this.#at;
    invariant(range.size === at.link.seq, 'a tree has as many leaves as the chain has entries');
    return { ...at, range: range.copy() };
  }
}
