import { randomBytes } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { AuditEntry } from '#protocol/audit';
import { syncFolder } from '../../base/atomicFile.ts';
import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/failure.ts';
import { acquireLock } from '../../storage/lock.ts';
import { currentLog, unnamedLog, writerLock } from '../file/auditFiles.ts';
import { firstLink, linkAfter, seal, type EntryContent, type Link } from '../chain/chain.ts';
import { makeFolder } from './folder.ts';
import { readRange, writeAll, type LogFile, type OpenLogFile } from '../file/logFile.ts';
import { findTail, followTail, type Tail } from './tail.ts';
import { keepTornLine } from './tornLine.ts';

// The log's file as one writer among several sees it: appends whole groups of entries under the lock.
// It never changes a line that is complete, and it never goes on from one that it cannot account for.

export interface AppendedGroup {
  readonly entries: readonly AuditEntry[];
  /** Another writer is at work too, so this one should leave it a gap. */
  readonly isShared: boolean;
}

export interface ChainFile {
  /** Resolves once the group is durable. After it has thrown, the file must not be used again by this writer. */
  append(contents: readonly EntryContent[]): Promise<AppendedGroup>;
  close(): Promise<void>;
}

export interface ChainFileDeps {
  readonly clock: Clock;
  readonly openFile: OpenLogFile;
  readonly lockWaitMs: number;
}

/** The file this writer has open, what it is called on the disk, and its end as far as this writer knows it. */
interface Open {
  readonly file: LogFile;
  readonly identity: string;
  readonly tail: Tail;
}

export function openChainFile(folder: string, deps: ChainFileDeps): ChainFile {
  const name = currentLog(folder);
  let known: Open | null = null;

  return {
    append: async (contents) => {
      if (known === null) await makeFolder(folder);
      const lock = await acquireLock(writerLock(folder), { waitMs: deps.lockWaitMs });
      if (lock === null)
        throw unwritable(
          `another process has kept it locked for ${deps.lockWaitMs / 1000} s; end that process and try again`,
        );
      try {
        const before = known?.tail.sizeBytes;
        const current = await catchUp();
        const group =
          current === null
            ? await create(contents)
            : current.tail.tornBytes > 0
              ? await mend(current, contents)
              : await extend(current, contents);
        return { entries: group, isShared: before !== undefined && before !== current?.tail.sizeBytes };
      } finally {
        lock.release();
      }
    },
    close: async () => {
      await known?.file.close();
      known = null;
    },
  };

  /** Learns what other writers did since; null where there is no log yet. */
  async function catchUp(): Promise<Open | null> {
    const found = lstatSync(name, { throwIfNoEntry: false });
    if (found === undefined) {
      if (known !== null) throw unwritable('it was removed while this process was writing it');
      return null;
    }
    if (!found.isFile()) throw unwritable('it is not a plain file; move it away');
    if (known === null) {
      const file = await deps.openFile(name, 'append');
      known = { file, identity: identityOf(found), tail: { link: firstLink, sizeBytes: 0, tornBytes: 0 } };
      return await adopt(known, found.size, findTail(file, found.size));
    }
    if (known.identity !== identityOf(found))
      throw unwritable('it was replaced by another file while this process was writing it');
    if (found.size < known.tail.sizeBytes) throw unwritable('it was shortened while this process was writing it');
    if (found.size === known.tail.sizeBytes) return known;
    return await adopt(known, found.size, followTail(known.file, known.tail, found.size));
  }

  async function adopt(current: Open, fileBytes: number, reading: ReturnType<typeof findTail>): Promise<Open> {
    const result = await reading;
    if (result.kind === 'unusable') throw unwritable(`${result.why} (${fileBytes} bytes in all)`);
    known = { ...current, tail: result.tail };
    return known;
  }

  /** The first group is durable before the log has its name, so that no reader ever meets an empty or unfinished one. */
  async function create(contents: readonly EntryContent[]): Promise<readonly AuditEntry[]> {
    const sealed = sealAll(contents, firstLink);
    const temporary = unnamedLog(folder);
    await rm(temporary, { force: true });
    const file = await deps.openFile(temporary, 'create');
    try {
      await writeAll(file, sealed.bytes, null);
      await file.datasync();
      await rename(temporary, name);
      await syncFolder(folder);
    } catch (error) {
      await file.close();
      await rm(temporary, { force: true });
      throw error;
    }
    known = { file, identity: identityOf(lstatSync(name)), tail: tailAfter(0, sealed) };
    return sealed.entries;
  }

  async function extend(current: Open, contents: readonly EntryContent[]): Promise<readonly AuditEntry[]> {
    const { link, sizeBytes } = current.tail;
    const sealed = sealAll(contents, link);
    try {
      await writeAll(current.file, sealed.bytes, null);
      await current.file.datasync();
    } catch (error) {
      // Half a line, or lines that nobody was promised, must not stand in the next writer's way. Where even this fails,
      // the next writer finds an unfinished line and keeps it aside.
      await current.file.truncate(sizeBytes).catch(() => undefined);
      throw error;
    }
    known = { ...current, tail: tailAfter(sizeBytes, sealed) };
    return sealed.entries;
  }

  /**
   * Keeps an unfinished line aside and writes over it, an entry about that first. Until the file is cut behind the new
   * lines it still ends inside a line: whenever this is interrupted, the next writer begins again.
   */
  async function mend(current: Open, contents: readonly EntryContent[]): Promise<readonly AuditEntry[]> {
    const { link, sizeBytes, tornBytes } = current.tail;
    const torn = await readRange(current.file, sizeBytes, tornBytes);
    const sealed = sealAll([await keepTornLine(folder, torn, deps.clock.now()), ...contents], link);
    const mending = await deps.openFile(name, 'mend');
    try {
      await writeAll(mending, sealed.bytes, sizeBytes);
      await mending.truncate(sizeBytes + sealed.bytes.length);
      await mending.datasync();
    } finally {
      await mending.close();
    }
    known = { ...current, tail: tailAfter(sizeBytes, sealed) };
    return sealed.entries.slice(1);
  }

  function unwritable(why: string): Failure {
    return new Failure('audit_unwritable', `the audit log ${name} cannot be continued: ${why}`);
  }
}

interface SealedGroup {
  readonly entries: readonly AuditEntry[];
  readonly bytes: Buffer;
  readonly link: Link;
}

function sealAll(contents: readonly EntryContent[], from: Link): SealedGroup {
  let link = from;
  let text = '';
  const entries = contents.map((content) => {
    const sealed = seal(link.seq === 0 ? named(content) : content, link);
    link = linkAfter(sealed.entry);
    text += `${sealed.line}\n`;
    return sealed.entry;
  });
  return { entries, bytes: Buffer.from(text), link };
}

/** The first entry names the log, so that it can be told from every other one. */
function named(content: EntryContent): EntryContent {
  return { ...content, metadata: { ...content.metadata, log_id: randomBytes(16).toString('hex') } };
}

function tailAfter(sizeBytes: number, sealed: SealedGroup): Tail {
  return { link: sealed.link, sizeBytes: sizeBytes + sealed.bytes.length, tornBytes: 0 };
}

function identityOf(found: Stats): string {
  return `${found.dev}:${found.ino}`;
}
