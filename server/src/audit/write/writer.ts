import type { AuditEntry } from '#protocol/audit';
import type { Clock } from '../../base/clock.ts';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { currentLog } from '../file/auditFiles.ts';
import { createCommitting } from '../personal/commitPersonal.ts';
import { openLogFile, type OpenLogFile } from '../file/logFile.ts';
import type { Heads } from '../heads/openHeads.ts';
import type { SigningKeys } from '../keys/signingKeys.ts';
import type { AuditLog, AuditRecord } from '../log.ts';
import { keepIndexed } from '../query/keepIndexed.ts';
import { openChainFile } from './chainFile.ts';
import { GroupWriter } from './groupWriter.ts';
import { prepareRecord } from './prepareRecord.ts';
import type { Redact } from './redactRecord.ts';
import { rememberClean } from './rememberClean.ts';
import { defaultLimits, type SegmentLimits } from './segmentLimits.ts';

export interface AuditLogOptions {
  readonly clock: Clock;
  /** Takes secrets out of every text of a record before it is hashed; one text always gives one result. */
  readonly redact: Redact;
  /** Takes what is personal out of every text of a record but `who`: the record says who did what. */
  readonly hidePersonal?: (text: string) => string;
  /** Keep what is personal beside the chain, where it can be erased, and only commitments to it in the log. */
  readonly commitPersonal?: boolean;
  /** What signs checkpoints; without it there are none. */
  readonly keys?: SigningKeys | null;
  /** Opens the heads of the log in a folder; without it a log that is cut or gone is not noticed here. */
  readonly openHeads?: ((folder: string) => Heads) | null;
  readonly limits?: Partial<SegmentLimits>;
  /** How long to wait for other writers before the log counts as unwritable. */
  readonly lockWaitMs?: number;
  readonly openFile?: OpenLogFile;
}

/** A log that is not switched off. */
export interface WholeAuditLog extends AuditLog {
  append(record: AuditRecord): Promise<AuditEntry>;
}

/**
 * The writer of the log in a folder, which is made with the first entry. Any number of writers, in this process and in
 * others, may have one log open.
 */
export function openAuditLog(folder: string, options: AuditLogOptions): WholeAuditLog {
  const { clock, keys = null, openHeads = null, lockWaitMs = 30_000, openFile = openLogFile } = options;
  const name = currentLog(folder);
  const redact = rememberClean(options.redact);
  const commit = options.commitPersonal === true ? createCommitting(folder) : null;
  const limits = { ...defaultLimits, ...options.limits };
  const notify = (): void => writer.wake();
  const indexes = keepIndexed(folder);
  const file = openChainFile(folder, {
    clock,
    keys,
    openHeads,
    limits,
    openFile,
    lockWaitMs,
    notify,
    onSegments: () => indexes.wake(),
  });
  const timestampOf = timestamps();
  const writer: GroupWriter = new GroupWriter(file, (error) => unwritable(name, error));
  return {
    append: (record) =>
      writer.append(prepareRecord(record, timestampOf(clock.now()), redact, commit, options.hidePersonal)),
    close: async () => {
      await writer.close(closed(name));
      await indexes.close();
    },
  };
}

/** Times as text. Many entries are of the same millisecond. */
function timestamps(): (at: Date) => string {
  let last = { ms: Number.NaN, text: '' };
  return (at) => {
    const ms = at.getTime();
    if (ms !== last.ms) last = { ms, text: at.toISOString() };
    return last.text;
  };
}

function closed(name: string): Failure {
  return new Failure('audit_unwritable', `the audit log ${name} is closed: this process writes no more to it`);
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
