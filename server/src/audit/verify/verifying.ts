import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { AuditVerification } from '#protocol/audit';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { checkpointsFile } from '../file/auditFiles.ts';
import { listSegmentsSync, type Segment } from '../file/segments.ts';
import type { KnownHeads } from '../heads/knownHeads.ts';
import { ChainCheck } from './chainCheck.ts';
import type { AnchorClaim, Evidence } from './evidence.ts';
import { LineCutter } from './lineCutter.ts';
import { SignedRecordReader, type SignedRecord } from './signedRecord.ts';
import { judge, judgeGone } from './verdict.ts';

// What is done to verify the log of a folder, whoever reads: the two drivers perform the reads, one waiting for each and
// one not. Never writes.

export interface VerifyOptions {
  /** Takes every line apart, whatever the size of the log. Small logs are checked so anyway. */
  readonly isStrict?: boolean;
  /** What this machine remembers of the logs of the folder; null where it remembers nothing. */
  readonly heads?: KnownHeads | null;
  /** States of the log that other trust domains hold. */
  readonly anchors?: readonly AnchorClaim[];
  /** The key that whoever verifies knows from elsewhere, as a C2SP verifier key. */
  readonly trustedKey?: string | null;
}

/** There is no log in the folder, and nothing says that there ever was one. */
export interface AbsentLog {
  readonly kind: 'absent';
}

export type Verified = AbsentLog | AuditVerification;

/**
 * What the check needs next. A read is begun and its end waited for later, so that the disk and the check work at the same
 * time; there is never more than one under way. Only `end` is answered: with the number of bytes.
 */
export type VerifyStep =
  | { readonly kind: 'begin'; readonly read: Read }
  | { readonly kind: 'end' }
  | { readonly kind: 'pause'; readonly ms: number };

export interface Read {
  readonly descriptor: number;
  readonly into: Buffer;
  readonly position: number;
}

export type Verifying<T> = Generator<VerifyStep, T, number>;

/** Logs up to this size are always checked strictly: it takes no time that anybody would notice. */
const strictUpToBytes = 64 * 1024 * 1024;
const chunkBytes = 512 * 1024;
const lineFeed = 0x0a;

/** One is filled while the other is checked. */
type Buffers = readonly [Buffer, Buffer];

function makeBuffers(): Buffers {
  return [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
}

/** How often to look again, 20 ms apart, when a log ends inside a line: a writer may be in the middle of it. */
const patience = 10;
/** How often to begin again when the log was found bad while somebody was changing its files. */
const mostAttempts = 4;

/** The steps of verifying the log in a folder. */
export function* verifying(folder: string, options: VerifyOptions): Verifying<Verified> {
  for (let attempt = 1; ; attempt += 1) {
    const before = picture(folder);
    const result = yield* verifyOnce(folder, options);
    const isGood = result !== 'moved' && ('kind' in result || result.valid);
    if (isGood || attempt === mostAttempts || picture(folder) === before) {
      if (result !== 'moved') return result;
      throw new Failure('audit_unreadable', `the files of the audit log in ${folder} change all the time; try again`);
    }
  }
}

function* verifyOnce(folder: string, options: VerifyOptions): Verifying<Verified | 'moved'> {
  const { isStrict = false, heads = null, anchors = [], trustedKey = null } = options;
  // Before the log itself: what it must agree with is never newer than what is read of it.
  const buffers = makeBuffers();
  const isAlwaysStrict = isStrict || sizeOf(listSegmentsSync(folder)) <= strictUpToBytes;
  const signed = yield* readSigned(folder, buffers, isAlwaysStrict);
  const evidence: Evidence = { signed, heads, anchors, trustedKey };
  const segments = listSegmentsSync(folder);
  if (segments.length === 0) return absent(folder, evidence);
  const check = new ChainCheck(evidence, { isStrict: isAlwaysStrict });
  for (const [index, segment] of segments.entries()) {
    const descriptor = openSegment(folder, segment);
    if (descriptor === null) return 'moved';
    try {
      check.begin(segment.name, segment.firstSeq);
      yield* readFile(descriptor, buffers, index === segments.length - 1, (bytes) => check.push(bytes));
    } finally {
      closeSync(descriptor);
    }
  }
  return judge(folder, check.finish(), evidence);
}

/** Reads `audit.checkpoints`, as far as it is there. */
function* readSigned(folder: string, buffers: Buffers, isStrict: boolean): Verifying<SignedRecord> {
  const reader = new SignedRecordReader({ isStrict });
  const cutter = new LineCutter();
  const descriptor = openPlainFile(checkpointsFile(folder));
  if (descriptor !== null) {
    try {
      yield* readFile(descriptor, buffers, false, (bytes) =>
        cutter.push(bytes, (line, start, end) => reader.take(line.subarray(start, end))),
      );
    } finally {
      closeSync(descriptor);
    }
  }
  return reader.finish(cutter.torn.bytes);
}

/** Reads a file to its end. Where it ends inside a line and may still grow, looks again for a while. */
function* readFile(
  descriptor: number,
  buffers: Buffers,
  mayGrow: boolean,
  take: (bytes: Buffer) => void,
): Verifying<void> {
  let [into, other] = buffers;
  let isInsideLine = false;
  let looks = 0;
  yield { kind: 'begin', read: { descriptor, into, position: 0 } };
  for (let position = 0; ;) {
    const bytesRead = yield { kind: 'end' };
    if (bytesRead === 0) {
      if (!isInsideLine || !mayGrow || looks === patience) return;
      looks += 1;
      yield { kind: 'pause', ms: 20 };
      yield { kind: 'begin', read: { descriptor, into, position } };
      continue;
    }
    looks = 0;
    position += bytesRead;
    isInsideLine = into[bytesRead - 1] !== lineFeed;
    yield { kind: 'begin', read: { descriptor, into: other, position } };
    take(into.subarray(0, bytesRead));
    [into, other] = [other, into];
  }
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function absent(folder: string, evidence: Evidence): Verified {
  const { heads, signed } = evidence;
  const known = heads?.here.find((one) => one.size > 0 && one.workspaceIdentity === heads.workspaceIdentity);
  if (known !== undefined)
    return judgeGone(folder, known.size, `this machine knows of it since ${known.updatedAt}`, evidence);
  const checkpoint = signed.checkpoints.at(-1);
  if (checkpoint !== undefined)
    return judgeGone(folder, checkpoint.size, `the checkpoint signed at ${checkpoint.at} covers it`, evidence);
  return { kind: 'absent' };
}

/** The file of a segment, under another name where it was renamed since; null where it is not there any more. */
function openSegment(folder: string, segment: Segment): number | null {
  const descriptor = openPlainFile(segment.path);
  if (descriptor !== null && isFile(descriptor, segment.identity)) return descriptor;
  if (descriptor !== null) closeSync(descriptor);
  const renamed = listSegmentsSync(folder).find(({ identity }) => identity === segment.identity);
  const again = renamed === undefined ? null : openPlainFile(renamed.path);
  if (again !== null && !isFile(again, segment.identity)) {
    closeSync(again);
    return null;
  }
  return again;
}

function isFile(descriptor: number, identity: string): boolean {
  const { dev, ino } = fstatSync(descriptor);
  return `${dev}:${ino}` === identity;
}

/** Opens a file for reading; null where there is none. Links are refused, and no pipe is waited for. */
function openPlainFile(file: string): number | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const why =
      code === 'ELOOP'
        ? 'it is a link; see what was put in its place'
        : 'make it readable for you, or ask its owner to look';
    throw new Failure('audit_unreadable', `${file} cannot be read (${code ?? String(error)}): ${why}`, {
      cause: error,
    });
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new Failure('audit_unreadable', `${file} is not a plain file; see what was put in its place`);
}

/** Changes when somebody changes the files of the log. */
function picture(folder: string): string {
  const segments = listSegmentsSync(folder);
  const files = segments.length === 0 ? [] : [...segments.map(({ path: file }) => file), checkpointsFile(folder)];
  return files
    .map((file) => {
      const found = lookAt(file);
      return `${path.basename(file)} ${found?.ino} ${found?.size} ${found?.mtimeMs}`;
    })
    .join('\n');
}

/** Nothing, too, where the folder is none: whoever reads the segments says so. */
function lookAt(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
