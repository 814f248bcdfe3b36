import { CoveredTree } from '../checkpoint/coveredTree.ts';
import type { CheckpointState } from '../checkpoint/checkpointFile.ts';
import type { Keeper } from '../checkpoint/keeper.ts';
import { positionAfter } from '../checkpoint/lastCheckpoint.ts';
import type { EntryContent } from '../chain/chain.ts';
import { digestSegment } from './closedSegment.ts';
import type { LogEnd } from './logEnd.ts';
import { linkOf } from './logEnd.ts';
import { prunedEntry } from './ownEntries.ts';
import { deleteSegments, findLeftOver, findPrunable } from './retention.ts';
import type { SegmentLimits } from './segmentLimits.ts';

export interface Pruner {
  readonly folder: string;
  readonly limits: SegmentLimits;
  readonly now: Date;
  readonly keeper: Keeper;
  readonly state: () => CheckpointState;
  /** Appends an entry of the log's own, durably. */
  readonly extend: (from: LogEnd, content: EntryContent) => Promise<LogEnd>;
  readonly contradicted: (why: string) => never;
}

/**
 * Deletes the oldest segments as far as the configured limits ask for it, under the lock. First an entry says so, then a
 * checkpoint covers that entry, then a signed record names what is deleted; only then is anything gone. What does not
 * verify is never deleted.
 */
export async function prune(pruner: Pruner, end: LogEnd): Promise<LogEnd> {
  const { folder, limits, now, keeper, state, extend, contradicted } = pruner;
  const before = state().pruned;
  const deleted = before === null ? null : positionAfter(before.line, before.epoch);
  if (deleted !== null) await deleteSegments(folder, await findLeftOver(folder, deleted.link.seq));
  const currentFirstSeq = end.kind === 'current' ? end.firstSeq : linkOf(end).seq;
  const prunable = await findPrunable(folder, limits, now, currentFirstSeq);
  if (prunable === null) return end;

  const tree = deleted === null ? CoveredTree.start(folder) : new CoveredTree(folder, deleted);
  const followed = await tree.follow(prunable.keptFrom);
  if (followed.kind === 'contradicted') return contradicted(followed.why);
  const { range, link } = tree.snapshot();
  const segments = [];
  for (const { firstSeq } of prunable.segments) segments.push(await digestSegment(folder, firstSeq ?? 0));
  const pruning = { throughSeq: link.seq - 1, throughHash: link.previousHash, segments };
  const after = await extend(end, prunedEntry(pruning, now));
  const size = linkOf(after).seq;
  await keeper.sign(size);
  // Without a signature nobody could tell this from a segment that was removed by hand.
  if (keeper.covered < size || !(await keeper.signPruned({ range, link }))) return after;
  await deleteSegments(folder, prunable.segments);
  return after;
}
