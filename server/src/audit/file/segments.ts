import { lstatSync, readdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { currentLog } from './auditFiles.ts';

// The files that one log consists of: full segments named by the first entry in them, and the one that is being written.

export interface Segment {
  /** `seq` of its first entry, as its name says; null for the current one, whose name does not. */
  readonly firstSeq: number | null;
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly isCurrent: boolean;
  /** Stays the same when the file is renamed, so that a reader finds a segment that was rotated meanwhile. */
  readonly identity: string;
}

/** What the segment that begins with this entry is called once it is full. */
export function segmentName(firstSeq: number): string {
  return `audit-${firstSeq}.jsonl`;
}

/** The first `seq` of a full segment from its name; null where the name is not one of a segment. */
export function firstSeqOf(name: string): number | null {
  const digits = /^audit-(0|[1-9][0-9]{0,14})\.jsonl$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * The segments of a folder's log in the order of their entries, the current one last; none where there is no log. A
 * moment's picture: taken again until nothing was renamed while it was taken. Never writes. A name of a segment that is
 * no plain file, a link included, is a `Failure` `audit_unreadable`.
 */
export function listSegmentsSync(folder: string): readonly Segment[] {
  let before = picture(folder);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const after = picture(folder);
    if (isSame(before, after)) return after;
    before = after;
  }
  return before;
}

/** `listSegmentsSync` for those who wait for everything else too. */
export async function listSegments(folder: string): Promise<readonly Segment[]> {
  return await Promise.resolve(listSegmentsSync(folder));
}

/** Whether there is a log in a folder, or what is left of one between two of its segments. */
export async function hasAuditLog(folder: string): Promise<boolean> {
  return (await listSegments(folder)).length > 0;
}

/** A writer renames at most one file per 1 MiB that it writes: two pictures in a row agree at once or soon. */
const mostAttempts = 20;

function picture(folder: string): readonly Segment[] {
  const current = path.basename(currentLog(folder));
  return namesIn(folder)
    .filter((name) => name === current || firstSeqOf(name) !== null)
    .flatMap((name) => segmentOf(folder, name, name === current) ?? [])
    .sort((a, b) => (a.firstSeq ?? Infinity) - (b.firstSeq ?? Infinity));
}

function segmentOf(folder: string, name: string, isCurrent: boolean): Segment | null {
  const file = path.join(folder, name);
  const found = statOf(file);
  if (found === undefined) return null;
  if (!found.isFile())
    throw new Failure('audit_unreadable', `the audit log ${file} is not a plain file; see what was put in its place`);
  const identity = `${found.dev}:${found.ino}`;
  return { firstSeq: firstSeqOf(name), name, path: file, sizeBytes: found.size, isCurrent, identity };
}

function isSame(before: readonly Segment[], after: readonly Segment[]): boolean {
  const key = ({ name, identity }: Segment): string => `${name} ${identity}`;
  return before.map(key).join('\n') === after.map(key).join('\n');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(folder, error);
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw unreadable(file, error);
  }
}

function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(place: string, error: unknown): Failure {
  const reason = systemErrorCode(error) ?? String(error);
  return new Failure(
    'audit_unreadable',
    `the audit log ${place} cannot be read (${reason}); make it readable for you, or ask its owner to look`,
    { cause: error },
  );
}
