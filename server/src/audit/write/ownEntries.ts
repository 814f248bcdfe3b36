import type { EntryContent } from '../chain/chain.ts';

// The entries that the log makes about itself. Their `what` begins with `audit_`, which no action's does.

export interface ClosedSegment {
  readonly name: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly bytes: number;
  readonly sha256: string;
  /** RFC 6962 root over all entries up to `lastSeq`, in hexadecimal. */
  readonly root: string;
}

/** The first entry of every segment but the first: what the one before it was. */
export function segmentEntry(closed: ClosedSegment, at: Date): EntryContent {
  const { name, firstSeq, lastSeq, bytes, sha256, root } = closed;
  return own('audit_segment', name, 'the file was full, so the log goes on in a new one', at, {
    segment: name,
    first_seq: firstSeq,
    last_seq: lastSeq,
    bytes,
    sha256,
    root,
  });
}

export interface LostLog {
  readonly logId: string;
  readonly entries: number;
  readonly hash: string;
}

/** The first entry of a log that was begun where another one had been. */
export function restartEntry({ logId, entries, hash }: LostLog, at: Date): EntryContent {
  const why = `the audit log with ${entries} entries that was here is gone, so a new one begins`;
  return own('audit_restarted', null, why, at, { previous_log_id: logId, entries, hash });
}

export function keyRotatedEntry(
  keys: { readonly from: string; readonly to: string; readonly epoch: number },
  at: Date,
) {
  const why = 'from here on another key signs the checkpoints; the one before it has signed that';
  return own('audit_key_rotated', null, why, at, { previous_key: keys.from, key: keys.to, epoch: keys.epoch });
}

export function unsignedEntry(key: string, at: Date): EntryContent {
  const why = 'the key that signs the checkpoints of this log is not among yours, so no more checkpoints are made';
  return own('audit_unsigned', null, why, at, { key });
}

export interface DeletedSegment {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Pruning {
  readonly throughSeq: number;
  readonly throughHash: string;
  readonly segments: readonly DeletedSegment[];
}

export function prunedEntry({ throughSeq, throughHash, segments }: Pruning, at: Date): EntryContent {
  const why = 'the retention that is configured: the oldest entries are deleted on purpose';
  const named = segments.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  return own('audit_pruned', null, why, at, { through_seq: throughSeq, through_hash: throughHash, segments: named });
}

/** The last entry that a full disk takes. */
export function diskFullEntry(refused: number, at: Date): EntryContent {
  return own('audit_disk_full', null, 'the disk is full, nothing more is done', at, { refused });
}

function own(
  what: string,
  where: string | null,
  why: string,
  at: Date,
  metadata: Readonly<Record<string, unknown>>,
): EntryContent {
  return { timestamp: at.toISOString(), who: 'loki', what, where, why, metadata };
}
