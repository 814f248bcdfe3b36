import type { KnownHeads } from '../heads/knownHeads.ts';
import type { SignedRecord } from './signedRecord.ts';

// What is known about a log besides its lines: all that a rewritten, shortened or vanished log contradicts.

/** A state of the log that another trust domain holds. At least one of `hash` and `root` is given. */
export interface AnchorClaim {
  /** Its name for people. */
  readonly by: string;
  readonly at: string;
  readonly size: number;
  /** `hash` of the last entry that it covers. */
  readonly hash: string | null;
  /** RFC 6962 root over the entries that it covers, hexadecimal. */
  readonly root: string | null;
}

export interface Evidence {
  readonly signed: SignedRecord;
  readonly heads: KnownHeads | null;
  readonly anchors: readonly AnchorClaim[];
  /** The key that whoever verifies knows from elsewhere, as a C2SP verifier key. */
  readonly trustedKey: string | null;
}

/** One state of the log that the lines must agree with. */
export interface Mark {
  readonly size: number;
  readonly hash: string | null;
  /** Hexadecimal. */
  readonly root: string | null;
  /** Where the covered entries end, for a checkpoint. */
  readonly place: { readonly segment: number; readonly offset: number } | null;
  /** Who says so, for a sentence: "the checkpoint signed at …". */
  readonly by: string;
  readonly anchor: AnchorClaim | null;
}

/** All states that the lines of this log must agree with, the shortest first. */
export function marksOf({ signed, heads, anchors }: Evidence, logId: string | null): readonly Mark[] {
  const marks: Mark[] = [
    ...signed.checkpoints.map(({ size, hash, root, at, segment, offset }) => {
      return { size, hash, root, place: { segment, offset }, by: `the checkpoint signed at ${at}`, anchor: null };
    }),
    ...signed.pruned.map(({ size, hash, root, at }) => {
      return { size, hash, root, place: null, by: `the record of what was deleted at ${at}`, anchor: null };
    }),
    ...anchors.map((anchor) => {
      const { size, hash, root, by, at } = anchor;
      return { size, hash, root, place: null, by: `the anchor of ${by} of ${at}`, anchor };
    }),
  ];
  const head = heads?.here.find((one) => one.logId === logId);
  if (head !== undefined && head.size > 0)
    marks.push({
      size: head.size,
      hash: head.hash,
      root: null,
      place: null,
      by: 'what this machine remembers of the log',
      anchor: null,
    });
  return marks.sort((a, b) => a.size - b.size);
}
