import type { AuditEntry } from '#protocol/audit';
import type { Clock } from '../../base/clock.ts';
import { reusableLock, type Lock } from '../../storage/lock.ts';
import type { EntryContent } from '../chain/chain.ts';
import { currentLog, writerLock } from '../file/auditFiles.ts';
import type { OpenLogFile } from '../file/logFile.ts';
import { readRange } from '../file/readRange.ts';
import type { Heads } from '../heads/openHeads.ts';
import type { SigningKeys } from '../keys/signingKeys.ts';
import { digestSegment } from './closedSegment.ts';
import { LogDuties } from './duties.ts';
import { makeFolder } from './folder.ts';
import {
  findEnd,
  followEnd,
  isUnchanged,
  linkOf,
  unwritable,
  type Current,
  type Learning,
  type LogEnd,
} from './logEnd.ts';
import { diskFullEntry, restartEntry, segmentEntry } from './ownEntries.ts';
import { closeSegment, createSegment, extendSegment, mendSegment } from './putGroup.ts';
import { freeReserve, holdReserve, isDiskFull } from './reserve.ts';
import type { SegmentLimits } from './segmentLimits.ts';
import { prepared, sealGroup, type PreparedContent, type SealedGroup } from './sealGroup.ts';
import { keepTornLine } from './tornLine.ts';

// The log's files as one writer among several sees them: appends whole groups of entries under the lock, begins a new
// segment when one is full, and does what is due besides. It never changes a line that is complete, and it never goes on
// from one that it cannot account for.

export interface Group {
  readonly contents: readonly PreparedContent[];
  /** The same, sealed already for where the log is believed to end. */
  readonly ahead: SealedGroup | null;
}

export interface AppendedGroup {
  readonly entries: readonly AuditEntry[];
  /** The place after them. */
  readonly link: SealedGroup['link'];
  /** Another writer is at work too, so this one should leave it a gap. */
  readonly isShared: boolean;
  /** Resolves when the lock is free again: the next group may be begun only then. Null where it is free. */
  readonly settled: Promise<void> | null;
}

export interface ChainFile {
  /** Resolves once the group is durable. After it has thrown, the file must not be used again by this writer. */
  append(group: Group): Promise<AppendedGroup>;
  /** Whether something is due that needs the lock and no entry. */
  isDue(): boolean;
  /** Whether it cannot wait for a moment without entries. */
  isPressing(): boolean;
  attend(): Promise<void>;
  /** Makes what is due at a clean stop, unless the log has failed, and lets go of everything. */
  close(options: { readonly hasFailed: boolean }): Promise<void>;
}

export interface ChainFileDeps {
  readonly clock: Clock;
  readonly openFile: OpenLogFile;
  readonly lockWaitMs: number;
  readonly keys: SigningKeys | null;
  /** Called when the log is opened. */
  readonly openHeads: ((folder: string) => Heads) | null;
  readonly limits: SegmentLimits;
  /** Full segments may be there that have no index yet. */
  readonly onSegments: () => void;
  /** Something has become due. */
  readonly notify: () => void;
}

export function openChainFile(folder: string, deps: ChainFileDeps): ChainFile {
  const { clock, openFile } = deps;
  const lock = reusableLock(writerLock(folder));
  const place = { folder, openFile };
  const duties = new LogDuties({ folder, ...deps, extend });
  const learning: Learning = { ...place, onLine: (line, after, segment) => duties.sawLine(line, after, segment) };
  let end: LogEnd | null = null;

  return {
    append: async (group) => {
      const held = await takeLock();
      let signing: Promise<void> | null = null;
      try {
        const before = end === null ? null : linkOf(end).seq;
        const known = await learn();
        const isShared = before !== null && before !== linkOf(known).seq;
        // Closing a full segment makes a checkpoint itself, and one is made at a time.
        signing = isFull(known) ? null : duties.signAlongside(known);
        // It is awaited later; until then nobody listens.
        signing?.catch(() => undefined);
        const appended = await put(known, group);
        const settled = signing === null ? null : signing.finally(() => held.release());
        if (settled === null) held.release();
        settled?.catch(() => undefined);
        return { ...appended, isShared, settled };
      } catch (error) {
        await signing?.catch(() => undefined);
        if (isDiskFull(error)) await sayFull(group.contents.length);
        held.release();
        throw error;
      }
    },
    isDue: () => duties.isDue,
    isPressing: () => duties.isPressing,
    attend: async () => {
      await attend();
    },
    close: async ({ hasFailed }) => {
      try {
        if (!hasFailed && (await isLeftToDo())) await attend();
        // A long log had to be read first.
        if (!hasFailed && (await isLeftToDo())) await attend();
      } finally {
        if (end?.kind === 'current') await end.file.close();
        await duties.close();
        lock.close();
        end = null;
      }
    },
  };

  async function isLeftToDo(): Promise<boolean> {
    return end !== null && (await duties.isLeftToDo());
  }

  async function attend(): Promise<void> {
    const held = await takeLock();
    try {
      const known = await learn();
      end = await duties.attend(known);
    } finally {
      held.release();
    }
  }

  async function takeLock(): Promise<Lock> {
    if (end === null) await makeFolder(folder);
    const held = lock.tryTake() ?? (await lock.acquire({ waitMs: deps.lockWaitMs }));
    if (held !== null) return held;
    const why = `another process has kept it locked for ${deps.lockWaitMs / 1000} s`;
    throw unwritable(currentLog(folder), why, 'end that process and try again');
  }

  /** Learns what other writers did since. */
  async function learn(): Promise<LogEnd> {
    duties.throwIfFailed();
    if (end !== null && isUnchanged(folder, end)) return end;
    if (end === null) {
      end = await findEnd(learning);
      await duties.open(end);
      await holdReserve(folder);
      deps.onSegments();
      return end;
    }
    const isNew = linkOf(end).seq === 0;
    end = await followEnd(learning, end);
    // Another writer has begun the log that was not there when this one looked.
    if (isNew && linkOf(end).seq > 0) await duties.open(end);
    return end;
  }

  async function put(known: LogEnd, { contents, ahead }: Group): Promise<Pick<AppendedGroup, 'entries' | 'link'>> {
    const from = isFull(known) ? await rotate(known) : known;
    const before = isPlain(from) ? none : await preludeOf(from);
    const link = linkOf(from);
    const fits = before.length === 0 && ahead?.from.seq === link.seq && ahead.from.previousHash === link.previousHash;
    const sealed = fits ? ahead : sealGroup([...before.map(prepared), ...contents], link);
    await putSealed(from, sealed);
    return { entries: before.length === 0 ? sealed.entries : sealed.entries.slice(before.length), link: sealed.link };
  }

  async function putSealed(from: LogEnd, sealed: SealedGroup): Promise<void> {
    if (from.kind === 'current') {
      const segment = from.firstSeq;
      const isTorn = from.tail.tornBytes > 0;
      end = isTorn
        ? await mendSegment(place, from, sealed)
        : await extendSegment(from, sealed, () => duties.isWriting(sealed, segment));
      if (isTorn) duties.isWriting(sealed, segment);
    } else {
      end = await createSegment(place, sealed);
      duties.isWriting(sealed, sealed.from.seq);
    }
    if (sealed.from.seq === 0) await duties.begin(end);
    duties.isDurable(sealed);
  }

  /** Appends an entry of the log's own. */
  async function extend(from: LogEnd, content: EntryContent): Promise<LogEnd> {
    await put(from, { contents: [prepared(content)], ahead: null });
    return end ?? from;
  }

  function isFull(known: LogEnd): known is Current {
    return known.kind === 'current' && known.tail.tornBytes === 0 && known.tail.sizeBytes >= deps.limits.segmentBytes;
  }

  async function rotate(current: Current): Promise<LogEnd> {
    await duties.signBeforeRotation(current);
    end = await closeSegment(folder, current);
    deps.onSegments();
    duties.hasRotated();
    return end;
  }

  /** What the log itself has to say before a group. */
  async function preludeOf(from: LogEnd): Promise<readonly EntryContent[]> {
    const now = clock.now();
    const entries: EntryContent[] = [];
    const { lost } = duties;
    if (linkOf(from).seq === 0 && lost !== null) entries.push(restartEntry(lost, now));
    const closed = await duties.closedBefore(from);
    if (closed !== null) {
      const digest = await digestSegment(folder, closed);
      const root = await duties.rootAt(linkOf(from).seq);
      entries.push(segmentEntry({ ...digest, firstSeq: closed, lastSeq: linkOf(from).seq - 1, root }, now));
    }
    if (from.kind === 'current' && from.tail.tornBytes > 0) {
      const { sizeBytes, tornBytes } = from.tail;
      entries.push(await keepTornLine(folder, await readRange(from.file, sizeBytes, tornBytes), now));
    }
    return entries;
  }

  /** Nothing more is done, and this is the last thing that the log says about it. */
  async function sayFull(refused: number): Promise<void> {
    try {
      await freeReserve(folder);
      if (end === null || linkOf(end).seq === 0) return;
      await extend(end, diskFullEntry(refused, clock.now()));
      await duties.signLast();
    } catch {
      // Whatever this fails of, the failure that led here is the one to tell.
    }
  }
}

const none: readonly EntryContent[] = [];

/** In the middle of a segment, where nothing has to be said before a group. */
function isPlain(end: LogEnd): boolean {
  return end.kind === 'current' && end.tail.tornBytes === 0 && end.tail.sizeBytes > 0;
}
