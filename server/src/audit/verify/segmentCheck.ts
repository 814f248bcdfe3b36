import { createHash, type Hash } from 'node:crypto';
import type { CompactRange } from '../merkle/compactRange.ts';
import { readSegmentClaim } from './lineFacts.ts';
import { LineCutter } from './lineCutter.ts';

/** A segment whose lines are being checked. */
export interface OpenSegment {
  readonly name: string;
  /** `seq` of its first entry: as its name says, or of the current one, once its first entry was read. */
  firstSeq: number | null;
  readonly isNamed: boolean;
  lines: number;
  bytes: number;
  readonly cutter: LineCutter;
  readonly digest: Hash;
}

/** A segment whose lines were all checked. */
export interface ClosedSegment {
  readonly name: string;
  readonly firstSeq: number | null;
  readonly bytes: number;
  /** Null where the log is checked plainly. */
  readonly sha256: string | null;
  /** It ends inside a line. */
  readonly isTorn: boolean;
}

export function openSegment(name: string, firstSeq: number | null): OpenSegment {
  const digest = createHash('sha256');
  return { name, firstSeq, isNamed: firstSeq !== null, lines: 0, bytes: 0, cutter: new LineCutter(), digest };
}

/** What is wrong with the first entry of a full segment, as the end of a sentence that begins with the entry; or null. */
export function nameProblem({ name, firstSeq, isNamed }: OpenSegment, seq: number): string | null {
  if (!isNamed || seq === firstSeq) return null;
  return `is the first in ${name}, whose name says that entry ${firstSeq} is: the file was renamed or replaced`;
}

/** Whether what the first entry of a segment says about the segment before is so; null where it is, or says nothing. */
export function claimProblem(
  line: Buffer,
  seq: number,
  before: ClosedSegment,
  tree: CompactRange | null,
): string | null {
  const claim = readSegmentClaim(line);
  if (claim === null || before.sha256 === null) return null;
  const isRight =
    claim.segment === before.name &&
    claim.firstSeq === before.firstSeq &&
    claim.lastSeq === seq - 1 &&
    claim.bytes === before.bytes &&
    claim.sha256 === before.sha256 &&
    (tree === null || claim.root === tree.root().toString('hex'));
  return isRight ? null : `describes the segment ${before.name} before it otherwise than it is: that file was replaced`;
}
