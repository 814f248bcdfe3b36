import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { AuditEntry } from '#protocol/audit';
import type { Failure } from '../../base/failure.ts';
import { maxLineBytes, type Link } from '../chain/chain.ts';
import type { ChainFile, Group } from './chainFile.ts';
import type { Prepared } from './prepareRecord.ts';
import { Sealing, type PreparedContent } from './sealGroup.ts';

/** Bytes of one write, about: a group holds at least one entry, and one that grows beyond this waits for the next. */
const groupBytes = 4 * maxLineBytes;
/** So many entries are sealed between two looks whether a sync has ended. */
const sliceEntries = 16;
/** Above this a sync is so slow that everything that waits should go out with it. */
const slowSyncMs = 5;

interface Waiting {
  readonly prepared: Prepared | Promise<Prepared>;
  readonly resolve: (entry: AuditEntry) => void;
  readonly reject: (failure: Failure) => void;
}

/**
 * Everything that was prepared while a group was being synced goes out as the next one, at once: callers hear of their
 * entries while the next group is on its way already. After one failed write nothing is written.
 */
export class GroupWriter {
  readonly #file: ChainFile;
  readonly #unwritable: (error: unknown) => Failure;
  #queue: Waiting[] = [];
  /** The next one of the queue to be sealed. */
  #next = 0;
  #batch = new Batch(null);
  /** Entries that are durable and whose callers were not told yet. */
  #durable: readonly { readonly waiting: Waiting; readonly entry: AuditEntry }[] = [];
  #arrived: (() => void) | null = null;
  #working: Promise<void> | null = null;
  #stopped: Failure | null = null;
  #syncMs = 0;

  constructor(file: ChainFile, unwritable: (error: unknown) => Failure) {
    this.#file = file;
    this.#unwritable = unwritable;
  }

  /** Resolves with the entry once it is durable. Of the many promises in the way of an entry this is the only one. */
  append(prepared: Prepared | Promise<Prepared>): Promise<AuditEntry> {
    if (this.#stopped !== null) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      this.#queue.push({ prepared, resolve, reject });
      this.#arrived?.();
      this.wake();
    });
  }

  /** There is something to do. */
  wake(): void {
    if (this.#stopped === null) this.#working ??= this.#work();
  }

  /** Waits for what is queued; after that nothing is taken. */
  async close(closed: Failure): Promise<void> {
    while (this.#working !== null) await this.#working;
    const hasFailed = this.#stopped !== null;
    this.#stopped ??= closed;
    await this.#file.close({ hasFailed });
  }

  async #work(): Promise<void> {
    try {
      // Asked again after the step has ended: whoever it told may have appended more in between.
      do await this.#step();
      while (this.#isAnythingLeft());
    } catch (error) {
      this.#stop(error);
    } finally {
      this.#working = null;
    }
  }

  #isAnythingLeft(): boolean {
    return this.#next < this.#queue.length || this.#batch.contents.length > 0 || this.#file.isDue();
  }

  async #step(): Promise<void> {
    await this.#fill();
    if (this.#batch.contents.length === 0) {
      this.#acknowledge();
      if (this.#next === this.#queue.length && this.#file.isDue()) await this.#file.attend();
      return;
    }
    const batch = this.#batch;
    const begunMs = performance.now();
    const appending = this.#file.append(batch.group);
    this.#batch = new Batch(batch.link);
    this.#acknowledge();
    const { entries, link, isShared, settled } = await this.#sealMeanwhile(appending, batch);
    this.#syncMs = performance.now() - begunMs;
    this.#durable = batch.waiting.flatMap((waiting, index) => {
      const entry = entries[index];
      return entry === undefined ? [] : [{ waiting, entry }];
    });
    const isNextReady = this.#batch.contents.length > 0 && settled === null && !isShared;
    if (!isNextReady) this.#acknowledge();
    if (link.seq !== batch.link?.seq) this.#batch = this.#batch.movedTo(link);
    await settled;
    // Whoever waits for the lock looks only now and then: without a gap a busy writer would keep it for itself.
    if (isShared) await wait(1 + Math.random() * 4);
    if (this.#file.isPressing()) await this.#file.attend();
  }

  /** Seals what waits, while nothing is under way: not for long, and not all of it, so that there is something to do then. */
  async #fill(): Promise<void> {
    const isFast = this.#syncMs < slowSyncMs;
    const outstanding = this.#queue.length - this.#next + this.#batch.contents.length + this.#durable.length;
    const most = isFast ? Math.max(sliceEntries, Math.ceil(outstanding / 2)) : Number.POSITIVE_INFINITY;
    while (this.#batch.contents.length < most && (this.#sealNext() ?? (await this.#prepareNext()))) {
      // The next one.
    }
  }

  /** Seals what arrives while a group is on its way. */
  async #sealMeanwhile<T>(appending: Promise<T>, batch: Batch): Promise<T> {
    const under = { way: true };
    const over = (): void => {
      under.way = false;
    };
    const ended = appending.then(over, over);
    try {
      for (let sealed = 0; under.way;) {
        if (this.#sealNext() ?? (await this.#prepareNext())) {
          sealed += 1;
          if (sealed % sliceEntries === 0) await nextTurn();
        } else if (this.#next < this.#queue.length) {
          await ended;
        } else {
          const arrived = new Promise<void>((resolve) => {
            this.#arrived = resolve;
          });
          await Promise.race([ended, arrived]);
        }
      }
      return await appending;
    } catch (error) {
      for (const { reject } of batch.waiting) reject(this.#unwritable(error));
      throw error;
    } finally {
      this.#arrived = null;
    }
  }

  /** Waits until the next one is prepared. */
  async #prepareNext(): Promise<boolean> {
    const waiting = this.#queue[this.#next];
    if (waiting === undefined) return false;
    this.#queue[this.#next] = { ...waiting, prepared: await waiting.prepared };
    return true;
  }

  /**
   * False where nothing waits, or where what waits does not fit; null where it is not prepared yet. What cannot be written
   * at all is answered on the way.
   */
  #sealNext(): boolean | null {
    const waiting = this.#queue[this.#next];
    if (waiting === undefined) {
      if (this.#next > 0) this.#queue = [];
      this.#next = 0;
      return false;
    }
    const { prepared } = waiting;
    if (prepared instanceof Promise) return null;
    if (prepared.kind === 'prepared') {
      const isRoom = this.#batch.contents.length === 0 || this.#batch.sizeBytes + prepared.sizeBytes <= groupBytes;
      if (!isRoom) return false;
      this.#batch.add(waiting, prepared.content, prepared.sizeBytes);
    } else {
      waiting.reject(prepared.failure);
    }
    this.#next += 1;
    return true;
  }

  #acknowledge(): void {
    const durable = this.#durable;
    this.#durable = [];
    for (const { waiting, entry } of durable) waiting.resolve(entry);
  }

  #stop(error: unknown): void {
    const failure = this.#unwritable(error);
    this.#stopped = failure;
    this.#acknowledge();
    for (const { reject } of [...this.#batch.waiting, ...this.#queue.slice(this.#next)]) reject(failure);
    this.#batch = new Batch(null);
    this.#queue = [];
    this.#next = 0;
  }
}

/** Entries that go out in one write. */
class Batch {
  readonly waiting: Waiting[] = [];
  readonly contents: PreparedContent[] = [];
  sizeBytes = 0;
  readonly #sealing: Sealing | null;

  /** `from` is where the log is believed to end by then; null: nobody knows. */
  constructor(from: Link | null) {
    this.#sealing = from === null ? null : new Sealing(from);
  }

  add(waiting: Waiting, content: PreparedContent, sizeBytes: number): void {
    this.waiting.push(waiting);
    this.contents.push(content);
    this.sizeBytes += sizeBytes;
    this.#sealing?.add(content);
  }

  get group(): Group {
    return { contents: this.contents, ahead: this.#sealing?.group ?? null };
  }

  /** Where the log is believed to end after it. */
  get link(): Link | null {
    return this.#sealing?.group.link ?? null;
  }

  /** The same for another place. */
  movedTo(from: Link): Batch {
    const moved = new Batch(from);
    for (const [index, waiting] of this.waiting.entries()) {
      const content = this.contents[index];
      if (content !== undefined) moved.add(waiting, content, 0);
    }
    moved.sizeBytes = this.sizeBytes;
    return moved;
  }
}
