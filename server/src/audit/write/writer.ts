import { setTimeout as wait } from 'node:timers/promises';
import type { AuditEntry } from '#protocol/audit';
import type { Clock } from '../../base/clock.ts';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { currentLog } from '../file/auditFiles.ts';
import { maxLineBytes, type EntryContent } from '../chain/chain.ts';
import { createCommitting } from '../personal/commitPersonal.ts';
import { openChainFile, type ChainFile } from './chainFile.ts';
import type { AuditLog, AuditRecord } from '../log.ts';
import { openLogFile, type OpenLogFile } from '../file/logFile.ts';
import { rememberClean } from './rememberClean.ts';
import { redactRecord, tooLarge, type Redact } from './redactRecord.ts';

export interface AuditLogOptions {
  readonly clock: Clock;
  /** Takes secrets out of every text of a record before it is hashed; one text always gives one result. */
  readonly redact: Redact;
  /** Keep what is personal beside the chain, where it can be erased, and only commitments to it in the log. */
  readonly commitPersonal?: boolean;
  /** How long to wait for other writers before the log counts as unwritable. */
  readonly lockWaitMs?: number;
  readonly openFile?: OpenLogFile;
}

/** Bytes of one write, about: a group holds at least one entry, and one that grows beyond this waits for the next. */
const groupBytes = 4 * maxLineBytes;

/**
 * The writer of the log in a folder, which is made with the first entry. Any number of writers, in this process and in
 * others, may have one log open.
 */
export function openAuditLog(folder: string, options: AuditLogOptions): AuditLog {
  const { clock, lockWaitMs = 30_000, openFile = openLogFile } = options;
  const redact = rememberClean(options.redact);
  const commit = options.commitPersonal === true ? createCommitting(folder) : null;
  const writer = new GroupWriter(currentLog(folder), openChainFile(folder, { clock, openFile, lockWaitMs }));
  return {
    append: async (record) => await writer.append(prepare(record, clock.now().toISOString(), redact, commit)),
    close: async () => await writer.close(),
  };
}

/** What became of a record before its turn to be written; never rejects, so that nobody need listen before then. */
type Prepared = { readonly content: EntryContent; readonly sizeBytes: number } | { readonly failure: Failure };

interface Waiting {
  readonly prepared: Promise<Prepared>;
  readonly resolve: (entry: AuditEntry) => void;
  readonly reject: (failure: Failure) => void;
}

/** Everything queued while a group is being synced goes out as the next one. After one failed write nothing is written. */
class GroupWriter {
  readonly #name: string;
  readonly #file: ChainFile;
  #queue: Waiting[] = [];
  #working: Promise<void> | null = null;
  #stopped: Failure | null = null;

  constructor(name: string, file: ChainFile) {
    this.#name = name;
    this.#file = file;
  }

  async append(prepared: Promise<Prepared>): Promise<AuditEntry> {
    if (this.#stopped !== null) throw this.#stopped;
    const { promise, resolve, reject } = Promise.withResolvers<AuditEntry>();
    this.#queue.push({ prepared, resolve, reject });
    this.#working ??= this.#work();
    return await promise;
  }

  async close(): Promise<void> {
    await this.#working;
    this.#stopped ??= new Failure(
      'audit_unwritable',
      `the audit log ${this.#name} is closed: this process writes no more to it`,
    );
    await this.#file.close();
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const { waiting, contents } = await this.#nextGroup();
      if (contents.length === 0) continue;
      try {
        const { entries, isShared } = await this.#file.append(contents);
        for (const [index, entry] of entries.entries()) waiting[index]?.resolve(entry);
        // Whoever waits for the lock looks only now and then: without a gap a busy writer would keep it for itself.
        if (isShared) await wait(1 + Math.random() * 4);
      } catch (error) {
        this.#stop(error, waiting);
      }
    }
    this.#working = null;
  }

  /** The longest run of queued records that fits; those that cannot be written at all are answered on the way. */
  async #nextGroup(): Promise<{ readonly waiting: readonly Waiting[]; readonly contents: readonly EntryContent[] }> {
    const waiting: Waiting[] = [];
    const contents: EntryContent[] = [];
    let sizeBytes = 0;
    let taken = 0;
    for (const candidate of this.#queue.slice()) {
      const prepared = await candidate.prepared;
      if ('failure' in prepared) {
        candidate.reject(prepared.failure);
      } else {
        sizeBytes += prepared.sizeBytes;
        if (contents.length > 0 && sizeBytes > groupBytes) break;
        waiting.push(candidate);
        contents.push(prepared.content);
      }
      taken += 1;
    }
    this.#queue.splice(0, taken);
    return { waiting, contents };
  }

  #stop(error: unknown, waiting: readonly Waiting[]): void {
    const failure = unwritable(this.#name, error);
    this.#stopped = failure;
    for (const one of [...waiting, ...this.#queue]) one.reject(failure);
    this.#queue = [];
  }
}

type Commit = (content: EntryContent) => Promise<EntryContent>;

async function prepare(
  record: AuditRecord,
  timestamp: string,
  redact: Redact,
  commit: Commit | null,
): Promise<Prepared> {
  try {
    const redacted = await redactRecord(record, timestamp, redact);
    if (redacted.kind === 'refused') return { failure: refused(redacted.why) };
    const content = commit === null ? redacted.content : await commitTo(redacted.content, commit);
    const sizeBytes = Buffer.byteLength(JSON.stringify(content)) + placeBytes;
    return sizeBytes > maxLineBytes ? { failure: refused(tooLarge) } : { content, sizeBytes };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    return { failure: refused('its secrets could not be removed', error) };
  }
}

async function commitTo(content: EntryContent, commit: Commit): Promise<EntryContent> {
  try {
    return await commit(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(`what is personal in it could not be kept beside the log (${reason})`, error);
  }
}

/** What its place in the chain and the log's name add to an entry, at most. */
const placeBytes = 512;

function refused(why: string, cause?: unknown): Failure {
  return new Failure('audit_unwritable', `an entry was not written to the audit log: ${why}`, { cause });
}

function unwritable(name: string, error: unknown): Failure {
  if (error instanceof Failure && error.code === 'audit_unwritable') return error;
  const reason = error instanceof Error ? error.message : String(error);
  const remedy =
    systemErrorCode(error) === 'ENOSPC' ? 'free some space on its disk' : 'make its folder writable for you';
  return new Failure(
    'audit_unwritable',
    `the audit log ${name} cannot be written (${reason}): nothing is done without a record; ${remedy} and start again`,
    { cause: error },
  );
}
