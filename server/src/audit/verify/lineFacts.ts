import { readEntry } from '../chain/entry.ts';

// What a few lines say beyond their place in the chain. Only these lines are taken apart where a log is checked plainly.

export interface FirstEntry {
  /** The log's name: as the entry says, or from its hash where another program began the log. */
  readonly logId: string;
  /** Loki began this log. */
  readonly isOwn: boolean;
  /** Begun because the log before it was lost. */
  readonly isRestarted: boolean;
}

/** What the first entry of a log says about the log; null where the line is no entry. */
export function readFirstEntry(line: Buffer): FirstEntry | null {
  const entry = readEntry(line.toString('utf8'));
  if (entry === null) return null;
  const named = entry.metadata?.['log_id'];
  const isOwn = typeof named === 'string' && /^[0-9a-f]{32}$/.test(named);
  return { logId: isOwn ? named : entry.hash.slice(0, 32), isOwn, isRestarted: entry.what === 'audit_restarted' };
}

/** What the first entry of a segment says about the segment before it. */
export interface SegmentClaim {
  readonly segment: unknown;
  readonly firstSeq: unknown;
  readonly lastSeq: unknown;
  readonly bytes: unknown;
  readonly sha256: unknown;
  readonly root: unknown;
}

export function readSegmentClaim(line: Buffer): SegmentClaim | null {
  const entry = readEntry(line.toString('utf8'));
  if (entry === null || entry.what !== 'audit_segment' || entry.metadata === null) return null;
  const { segment, first_seq: firstSeq, last_seq: lastSeq, bytes, sha256, root } = entry.metadata;
  return { segment, firstSeq, lastSeq, bytes, sha256, root };
}

const acknowledgement = 'audit_loss_acknowledged';

/** Whether a person acknowledges by this entry that an earlier log was lost. */
export function acknowledgesLoss(line: Buffer): boolean {
  return line.includes(acknowledgement) && readEntry(line.toString('utf8'))?.what === acknowledgement;
}

/** `seq` of a line as its first bytes say; null where they say none. */
export function seqOf(line: Buffer): number | null {
  const digits = /^\{"seq":(0|[1-9][0-9]{0,14}),/.exec(line.toString('latin1', 0, 32))?.[1];
  return digits === undefined ? null : Number(digits);
}

/** How many entries seem to be in a line that is none: where a line feed was changed, there are two. */
export function entriesIn(line: Buffer): number {
  return 1 + (line.toString('latin1').match(/"\}[^]\{"seq":[0-9]/g)?.length ?? 0);
}
