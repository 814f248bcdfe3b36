import { checkLine, checkRawLine, firstLink, type Link } from '../chain/chain.ts';
import type { CompactRange } from '../merkle/compactRange.ts';
import { leafHash } from '../merkle/treeHash.ts';
import { marksOf, type Evidence } from './evidence.ts';
import { firstOf, type Findings, type Problem } from './findings.ts';
import { acknowledgesLoss, entriesIn, readFirstEntry, seqOf } from './lineFacts.ts';
import { MarkCheck } from './markCheck.ts';
import { claimProblem, nameProblem, openSegment, type ClosedSegment, type OpenSegment } from './segmentCheck.ts';
import { Sequence, type Meeting } from './sequence.ts';
import { startOf } from './start.ts';
import { judgeTorn } from './tornEnd.ts';

/**
 * The check itself: is given the bytes of the segments in their order and says what is wrong with them. It reads nothing
 * and needs no more memory for a large log than for a small one; the drivers in this folder read for it. After a bad line it
 * goes on, so that whether something was altered and whether something is missing are both known at the end.
 */
export class ChainCheck {
  readonly #evidence: Evidence;
  #isStrict: boolean;
  #segment: OpenSegment | null = null;
  #before: ClosedSegment | null = null;
  #entries = 0;
  #logId: string | null = null;
  #first = 0;
  /** Where the next line belongs. */
  #link: Link = firstLink;
  /** After an unreadable line the next one may name any line before it. */
  #isLinkKnown = true;
  #sequence = new Sequence(0);
  #marks = new MarkCheck([]);
  /** Null where it is not computed: in a plain check, and after something was wrong. */
  #tree: CompactRange | null = null;
  #altered: Problem | null = null;
  #missing: Problem | null = null;
  /** The first jump forward. Entries are missing there, unless they turn up later, and then lines were moved. */
  #jump: { readonly at: number; readonly file: string; readonly place: string; readonly missing: string } | null = null;
  #isTorn = false;
  #isRestarted = false;
  #lossAcknowledgedAt: number | null = null;
  /** Whether another log was in this folder before, so that it matters whether a person knows. */
  #looksForAcknowledgement = false;

  constructor(evidence: Evidence, { isStrict }: { readonly isStrict: boolean }) {
    this.#evidence = evidence;
    this.#isStrict = isStrict;
  }

  /** The next file of the log begins: a full segment with the first `seq` of its name, or the current one. */
  begin(name: string, firstSeq: number | null): void {
    this.#end();
    this.#segment = openSegment(name, firstSeq);
  }

  /** The next bytes of the file. They are used as scratch space and given back unchanged. */
  push(bytes: Buffer): void {
    const segment = this.#segment;
    if (segment === null) return;
    segment.cutter.push(bytes, (chunk, start, end, after) => this.#take(segment, chunk, start, end, after));
    segment.bytes += bytes.length;
    if (this.#isStrict) segment.digest.update(bytes);
  }

  /** The last file has ended. */
  finish(): Findings {
    const last = this.#segment;
    this.#end();
    if (this.#entries === 0) this.#miss(last, 0, 'it is empty, but a log holds at least one entry from its beginning');
    const jumped = this.#jumped();
    return {
      entries: this.#entries,
      reached: this.#sequence.reached,
      logId: this.#logId ?? this.#evidence.signed.logId,
      first: this.#first,
      altered: firstOf(jumped.altered, this.#altered),
      missing: firstOf(jumped.missing, this.#missing),
      isTorn: this.#isTorn,
      provedTo: this.#marks.provedTo,
      agreeing: this.#marks.agreeing,
      isStrict: this.#isStrict,
      isRestarted: this.#isRestarted,
      lossAcknowledgedAt: this.#lossAcknowledgedAt,
    };
  }

  #end(): void {
    const segment = this.#segment;
    if (segment === null) return;
    const { name, firstSeq, bytes, digest, cutter, lines } = segment;
    const isTorn = cutter.torn.length > 0;
    if (lines === 0 && !isTorn && this.#entries > 0)
      this.#miss(segment, this.#entries, 'it is empty, but no file of a log ever is');
    this.#endTorn(segment);
    const sha256 = this.#isStrict ? digest.digest('hex') : null;
    this.#before = { name, firstSeq, bytes, sha256, isTorn };
    this.#segment = null;
  }

  #take(segment: OpenSegment, bytes: Buffer, start: number, end: number, after: number): void {
    segment.lines += 1;
    if (this.#entries === 0) this.#start(segment, bytes.subarray(start, end));
    this.#entries += 1;
    const { seq } = this.#link;
    const hash = this.#isLinkKnown && !this.#isStrict ? checkRawLine(bytes, start, end, this.#link) : null;
    const isPlain = hash !== null && segment.lines > 1 && !this.#looksForAcknowledgement;
    if (isPlain && this.#sequence.meet(seq) === 'next') this.#advance(segment, seq, hash, after);
    else if (isPlain) this.#outOfOrder(segment, bytes.subarray(start, end), after, seq, hash, 'moved');
    else this.#examine(segment, bytes.subarray(start, end), after, hash);
  }

  #start(segment: OpenSegment, line: Buffer): void {
    const { signed } = this.#evidence;
    const first = readFirstEntry(line);
    const firstSeq = checkLine(line, null).kind === 'good' ? seqOf(line) : segment.firstSeq;
    const start = startOf(signed, firstSeq);
    this.#first = start.link.seq;
    this.#link = start.link;
    this.#isLinkKnown = start.isLinkKnown;
    this.#sequence = new Sequence(start.link.seq);
    this.#tree = start.tree;
    if (firstSeq === 0 && first !== null) {
      this.#logId = first.logId;
      this.#isRestarted = first.isRestarted;
      // What another program wrote is never taken on trust of its hash alone.
      this.#isStrict ||= !first.isOwn;
      if (signed.logId !== null && signed.logId !== first.logId)
        this.#alter(
          segment,
          0,
          'begins another log than the one that audit.checkpoints is about: the log was replaced',
        );
    }
    this.#logId ??= signed.logId;
    this.#looksForAcknowledgement = this.#evidence.heads?.here.some(({ logId }) => logId !== this.#logId) === true;
    this.#marks = new MarkCheck(marksOf(this.#evidence, this.#logId));
    if (start.isLinkKnown && start.link.seq > 0) this.#mark(segment, start.link.seq, start.link.previousHash, null);
  }

  /** A line that is not simply the next one, or any line where each is looked at closely. */
  #examine(segment: OpenSegment, line: Buffer, end: number, hash: string | null): void {
    const check = hash === null ? checkLine(line, null) : { kind: 'good' as const, ...this.#link, hash };
    if (check.kind === 'bad') {
      this.#passAltered(segment, line, check.problem);
      return;
    }
    const { seq, previousHash } = check;
    const expected = this.#link;
    // What continues the entry before it stands where it belongs: nothing lacks or was moved, its number is wrong.
    if (this.#isLinkKnown && seq !== expected.seq && previousHash === expected.previousHash) {
      this.#passAltered(segment, line, `is numbered ${seq}, but continues the entry before it: its number was changed`);
      return;
    }
    const meeting = this.#sequence.meet(seq);
    if (meeting !== 'next') {
      this.#outOfOrder(segment, line, end, seq, check.hash, meeting);
      return;
    }
    if (this.#isLinkKnown && previousHash !== expected.previousHash) this.#alter(segment, seq, notContinuing);
    this.#follow(segment, line, end, seq, check.hash);
  }

  #outOfOrder(segment: OpenSegment, line: Buffer, end: number, seq: number, hash: string, meeting: Meeting): void {
    const expected = this.#link.seq;
    const place = `stands where entry ${expected} belongs`;
    if (meeting === 'gap') {
      const until = seq - 1;
      const missing = expected >= until ? `entry ${until} is missing` : `entries ${expected} to ${until} are missing`;
      this.#jump ??= { at: this.#entries - 1, file: segment.name, place: `entry ${seq} ${place}`, missing };
      this.#tree = null;
      this.#follow(segment, line, end, seq, hash);
      return;
    }
    this.#alter(segment, seq, `${place}: entries were added, repeated or moved here`);
    this.#link = { seq: seq + 1, previousHash: hash };
    this.#isLinkKnown = true;
  }

  /** A good line that reaches further than all before it. */
  #follow(segment: OpenSegment, line: Buffer, end: number, seq: number, hash: string): void {
    if (segment.lines === 1) this.#firstOfSegment(segment, line, seq);
    if (this.#looksForAcknowledgement && acknowledgesLoss(line)) this.#lossAcknowledgedAt ??= seq;
    if (this.#isStrict && this.#tree !== null) this.#tree.append(leafHash(line));
    this.#advance(segment, seq, hash, end);
  }

  #advance(segment: OpenSegment, seq: number, hash: string, end: number): void {
    this.#link = { seq: seq + 1, previousHash: hash };
    this.#isLinkKnown = true;
    this.#mark(segment, seq + 1, hash, end);
  }

  #firstOfSegment(segment: OpenSegment, line: Buffer, seq: number): void {
    const before = this.#before;
    const isAfterGap = this.#jump?.at === this.#entries - 1;
    if (before?.isTorn === true && !isAfterGap)
      this.#alter(segment, seq, `follows ${before.name}, which ends in bytes that are no entry`);
    const problem =
      (isAfterGap ? null : nameProblem(segment, seq)) ??
      (this.#isStrict && this.#isWhole() && before !== null ? claimProblem(line, seq, before, this.#tree) : null);
    if (problem !== null) this.#alter(segment, seq, problem);
    segment.firstSeq ??= seq;
  }

  #mark(segment: OpenSegment, size: number, hash: string, end: number | null): void {
    // Behind lines that are missing or too many, everything stands elsewhere.
    const place = end === null || !this.#isWhole() ? null : { segment: segment.firstSeq, offset: end };
    const tree = this.#isStrict ? this.#tree : null;
    const problem = this.#marks.reach(size, hash, place, tree);
    if (problem !== null) this.#alter(segment, size - 1, problem);
  }

  /** Nothing was found yet. */
  #isWhole(): boolean {
    return this.#altered === null && this.#missing === null && this.#jump === null;
  }

  #endTorn(segment: OpenSegment): void {
    const { bytes, length } = segment.cutter.torn;
    const problem = length === 0 ? null : judgeTorn(bytes, length, this.#isLinkKnown ? this.#link : null);
    this.#isTorn = length > 0 && problem === null;
    if (problem !== null) this.#passAltered(segment, bytes, problem, this.#entries);
  }

  /** A line that cannot be read, or whose number cannot be believed, takes the place of the entries that it seems to be. */
  #passAltered(segment: OpenSegment, line: Buffer, problem: string, at = this.#entries - 1): void {
    this.#alter(segment, this.#link.seq, problem, at);
    this.#sequence.passUnreadable(entriesIn(line));
    this.#link = { seq: this.#sequence.next, previousHash: '' };
    this.#isLinkKnown = false;
  }

  #alter(segment: OpenSegment, entry: number, text: string, at = Math.max(0, this.#entries - 1)): void {
    this.#altered ??= { at, file: segment.name, text: `entry ${entry} ${text}` };
    this.#tree = null;
  }

  #miss(segment: OpenSegment | null, at: number, text: string): void {
    this.#missing ??= { at, file: segment?.name ?? null, text };
    this.#tree = null;
  }

  /** What the first jump forward means, now that all lines are known. */
  #jumped(): { readonly altered: Problem | null; readonly missing: Problem | null } {
    if (this.#jump === null) return { altered: null, missing: null };
    const { at, file, place, missing } = this.#jump;
    return this.#sequence.missing === null
      ? { altered: { at, file, text: `${place}: entries were moved here` }, missing: null }
      : { altered: null, missing: { at, file, text: `${place}: ${missing}` } };
  }
}

const notContinuing = 'does not continue the entry before it: that entry, or this one, was put in the place of another';
