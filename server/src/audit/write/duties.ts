import type { Clock } from '../../base/clock.ts';
import { invariant } from '../../base/invariant.ts';
import type { EntryContent } from '../chain/chain.ts';
import { Keeper } from '../checkpoint/keeper.ts';
import { printNoteKey } from '../note/noteKey.ts';
import { currentLog } from '../file/auditFiles.ts';
import type { OpenLogFile } from '../file/logFile.ts';
import { listSegments } from '../file/segments.ts';
import type { Heads } from '../heads/openHeads.ts';
import type { SigningKeys } from '../keys/signingKeys.ts';
import { Alarm } from './alarm.ts';
import { admit, putLostCheckpointsAside, type Admitted } from './admit.ts';
import { linkOf, unwritable, type Current, type LogEnd } from './logEnd.ts';
import { keyRotatedEntry, unsignedEntry, type LostLog } from './ownEntries.ts';
import { prune } from './prune.ts';
import { saysUnsigned } from './saysUnsigned.ts';
import type { SealedGroup } from './sealGroup.ts';
import { isSecurityRelevant } from './securityRelevant.ts';
import type { SegmentLimits } from './segmentLimits.ts';

// What a log needs besides its entries: signed checkpoints, heads in `loki.db`, keys. None of it delays an acknowledgement.

export interface DutiesDeps {
  readonly folder: string;
  readonly clock: Clock;
  readonly openFile: OpenLogFile;
  readonly keys: SigningKeys | null;
  readonly openHeads: ((folder: string) => Heads) | null;
  readonly limits: SegmentLimits;
  readonly notify: () => void;
  /** Appends an entry of the log's own, under the lock that is held. */
  readonly extend: (from: LogEnd, content: EntryContent) => Promise<LogEnd>;
}

/** A checkpoint is due after so many entries, or this long after an entry. */
const mostUnsigned = 1000;
const unsignedForMs = 60_000;
/** After entries that matter to security at once, but in a flood of them not more often than this. */
const pauseMs = 1000;
/** A tree that is further behind is followed outside of the lock. */
const farBehind = 5000;
/** How long a clean stop waits for a keychain. */
const keysWithinMs = 10_000;

export class LogDuties {
  readonly #deps: DutiesDeps;
  #heads: Heads | null = null;
  #admitted: Admitted | null = null;
  #keeper: Keeper | null = null;
  /** The end that is known to be durable. */
  #durable = { seq: 0, hash: '' };
  #isSignDue = false;
  #isKeyDue = false;
  #signedAtMs = Number.NEGATIVE_INFINITY;
  #isPruneDue = false;
  /** Nothing can be done before the next group. */
  #isWaiting = false;
  readonly #alarm = new Alarm(() => this.#signNow());
  #catchingUp: Promise<void> | null = null;
  #isHeadPending = false;
  #failure: { readonly error: Error } | null = null;

  constructor(deps: DutiesDeps) {
    this.#deps = deps;
  }

  /** A log that was here and is gone. */
  get lost(): LostLog | null {
    return this.#admitted?.lost ?? null;
  }

  get isDue(): boolean {
    return this.isPressing || ((this.#isSignDue || this.#isPruneDue) && this.#canSign && !this.#isWaiting);
  }

  get isPressing(): boolean {
    return this.#failure !== null || (this.#isKeyDue && !this.#isWaiting);
  }

  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Asks whether the log may be continued; throws where it may not. */
  async open(end: LogEnd): Promise<void> {
    const { folder, openFile, openHeads, keys, clock } = this.#deps;
    this.#heads ??= openHeads === null ? null : openHeads(folder);
    await this.#admitted?.checkpoints.close();
    this.#admitted = await admit({ folder, end, openFile, heads: this.#heads });
    const { logId, tree, checkpoints: file } = this.#admitted;
    if (logId === null) return;
    const { seq, previousHash } = linkOf(end);
    this.#durable = { seq, hash: previousHash };
    const contradicted = (why: string): never => this.#contradicted(why);
    const keeper = new Keeper({ logId, tree, file, keys, heads: this.#heads, clock, contradicted });
    this.#keeper = keeper;
    this.#isPruneDue = true;
    if (keys === null) return;
    const known = (): void => {
      this.#isKeyDue = true;
      this.#isSignDue ||= this.#durable.seq > keeper.covered;
      this.#deps.notify();
    };
    keeper.ask().then(known, (error: unknown) => this.#fail(error));
  }

  /** The log was begun: what was known of one that was here before is put aside. */
  async begin(end: LogEnd): Promise<void> {
    const { lost } = this;
    if (lost === null) {
      // Another workspace was here: what it left says nothing about this one.
      for (const { logId } of this.#heads?.here() ?? []) this.#heads?.forget(logId);
    } else {
      await putLostCheckpointsAside(this.#deps.folder, lost.logId);
    }
    await this.open(end);
  }

  /** A line that another writer appended. */
  sawLine(line: Buffer, after: { readonly seq: number; readonly previousHash: string }, segment: number): void {
    this.#admitted?.tree.addRead(line, after, segment);
    this.#durable = { seq: after.seq, hash: after.previousHash };
  }

  isWriting({ lines, link }: SealedGroup, segment: number): void {
    this.#admitted?.tree.add(lines, link, segment);
  }

  isDurable({ entries, link }: SealedGroup): void {
    this.#isWaiting = false;
    this.#durable = { seq: link.seq, hash: link.previousHash };
    this.#rememberSoon();
    if (this.#deps.keys === null) return;
    const unsigned = link.seq - (this.#keeper?.covered ?? 0);
    const pauseLeftMs = this.#signedAtMs + pauseMs - performance.now();
    if (unsigned >= mostUnsigned) this.#isSignDue = true;
    else if (!entries.some(isSecurityRelevant)) this.#alarm.setIn(unsignedForMs);
    else if (pauseLeftMs > 0) this.#alarm.setIn(pauseLeftMs);
    else this.#isSignDue = true;
  }

  /** A checkpoint that is due, of what is durable, made while the next group is written. */
  signAlongside(end: LogEnd): Promise<void> | null {
    if (!this.#isSignDue || !this.#canSign || end.kind !== 'current' || end.tail.tornBytes > 0) return null;
    return this.#sign(linkOf(end).seq);
  }

  async attend(known: LogEnd): Promise<LogEnd> {
    this.throwIfFailed();
    // The next group mends this first.
    if (known.kind === 'current' && known.tail.tornBytes > 0) {
      this.#isWaiting = true;
      return known;
    }
    const end = await this.#attendKeys(known);
    if (this.#isSignDue) await this.#sign(linkOf(end).seq);
    return this.#isPruneDue && this.#canSign ? await this.#prune(end) : end;
  }

  /** A segment is full: older ones may have become too many. */
  hasRotated(): void {
    this.#isPruneDue = true;
  }

  async signBeforeRotation(current: Current): Promise<void> {
    await this.#catchingUp;
    if (this.#canSign) await this.#keeper?.sign(linkOf(current).seq);
  }

  /** The root of the tree over so many entries, in hexadecimal. */
  async rootAt(size: number): Promise<string> {
    await this.#catchingUp;
    const position = await this.#keeper?.reach(size);
    invariant(position, 'the tree is never ahead of the end of a segment');
    return position.range.root().toString('hex');
  }

  /** First `seq` of the full segment that a place at the beginning of a segment follows; null anywhere else. */
  async closedBefore(end: LogEnd): Promise<number | null> {
    if (end.kind === 'between') return end.closed;
    if (end.kind === 'none' || end.tail.sizeBytes > 0 || end.tail.link.seq === 0) return null;
    const closed = (await listSegments(this.#deps.folder)).findLast(({ isCurrent }) => !isCurrent);
    return closed?.firstSeq ?? null;
  }

  /** A checkpoint over the last entry there will be. */
  async signLast(): Promise<void> {
    this.rememberNow();
    if (this.#canSign && this.#catchingUp === null) await this.#keeper?.sign(this.#durable.seq);
  }

  /** Whether a clean stop still has a checkpoint to make; waits a little for the keys. */
  async isLeftToDo(): Promise<boolean> {
    this.rememberNow();
    const keeper = this.#keeper;
    if (keeper === null || this.#deps.keys === null || keeper.covered >= this.#durable.seq) return false;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, keysWithinMs);
    await Promise.race([keeper.ask(), late.promise]);
    clearTimeout(timer);
    await this.#catchingUp;
    this.#isSignDue = true;
    return this.#canSign || this.#isKeyDue;
  }

  async close(): Promise<void> {
    this.#alarm.off();
    this.rememberNow();
    this.#heads?.close();
    this.#heads = null;
    await this.#admitted?.checkpoints.close();
  }

  /** Tells `loki.db` how far the log is durable. */
  rememberNow(): void {
    if (!this.#isHeadPending) return;
    this.#isHeadPending = false;
    const { seq: size, hash } = this.#durable;
    const logId = this.#admitted?.logId ?? null;
    if (logId !== null) this.#heads?.remember({ logId, size, hash });
  }

  get #canSign(): boolean {
    const kind = this.#keeper?.choice()?.kind;
    return kind !== undefined && kind !== 'foreign' && this.#catchingUp === null;
  }

  async #sign(size: number): Promise<void> {
    const keeper = this.#keeper;
    if (keeper === null || !this.#canSign) return;
    this.#isSignDue = false;
    this.#signedAtMs = performance.now();
    if (size - keeper.tree.at.link.seq > farBehind) this.#catchUp(keeper, size);
    else await keeper.sign(size);
  }

  /** Reads a long log without holding up anybody. */
  #catchUp(keeper: Keeper, size: number): void {
    const follow = async (): Promise<void> => {
      try {
        await keeper.reach(size);
        this.#catchingUp = null;
        this.#isSignDue = true;
        this.#deps.notify();
      } catch (error) {
        this.#fail(error);
      }
    };
    this.#catchingUp = follow();
  }

  #signNow(): void {
    if (this.#durable.seq <= (this.#keeper?.covered ?? 0)) return;
    this.#isSignDue = true;
    this.#deps.notify();
  }

  async #prune(end: LogEnd): Promise<LogEnd> {
    this.#isPruneDue = false;
    const keeper = this.#keeper;
    const checkpoints = this.#admitted?.checkpoints;
    if (keeper === null || checkpoints === undefined) return end;
    const { folder, limits, clock, extend } = this.#deps;
    const state = () => checkpoints.state;
    return await prune(
      { folder, limits, now: clock.now(), keeper, state, extend, contradicted: (why) => this.#contradicted(why) },
      end,
    );
  }

  async #attendKeys(end: LogEnd): Promise<LogEnd> {
    const keeper = this.#keeper;
    if (!this.#isKeyDue || keeper === null) return end;
    this.#isKeyDue = false;
    const { clock, extend } = this.#deps;
    const epoch = this.#admitted?.checkpoints.state.epoch ?? null;
    if (keeper.choice()?.kind === 'foreign' && epoch !== null) {
      if (await saysUnsigned(this.#deps.folder)) return end;
      return await extend(end, unsignedEntry(printNoteKey(epoch.key), clock.now()));
    }
    if (keeper.choice()?.kind !== 'older') return end;
    await this.#catchingUp;
    const renewed = await keeper.renew(linkOf(end).seq);
    return renewed === null ? end : await extend(end, keyRotatedEntry(renewed, clock.now()));
  }

  /** Soon, so that several groups cost one statement; after their sync in any case. */
  #rememberSoon(): void {
    if (this.#heads === null || this.#isHeadPending) return;
    this.#isHeadPending = true;
    setImmediate(() => {
      try {
        this.rememberNow();
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  #contradicted(why: string): never {
    throw unwritable(currentLog(this.#deps.folder), why);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error: error instanceof Error ? error : new Error(String(error)) };
    this.#deps.notify();
  }
}
