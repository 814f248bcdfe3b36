import { rename } from 'node:fs/promises';
import { syncFolder } from '../../base/atomicFile.ts';
import { systemErrorCode } from '../../base/failure.ts';
import { CheckpointFile, type CheckpointState } from '../checkpoint/checkpointFile.ts';
import { CoveredTree, type KnownEntry } from '../checkpoint/coveredTree.ts';
import { chainHeadOf, positionAfter, positionOf } from '../checkpoint/lastCheckpoint.ts';
import { checkpointsFile, currentLog, lostCheckpoints } from '../file/auditFiles.ts';
import type { OpenLogFile } from '../file/logFile.ts';
import { logIdOf, readFirstEntry } from '../file/firstEntry.ts';
import type { Heads } from '../heads/openHeads.ts';
import { linkOf, unwritable, type LogEnd } from './logEnd.ts';
import type { LostLog } from './ownEntries.ts';

// Whether a log may be continued: what the signed checkpoints and the heads of `loki.db` know of it must be in it. Asked
// once, under the lock, when a writer opens the log.

export interface Admission {
  readonly folder: string;
  readonly end: LogEnd;
  readonly openFile: OpenLogFile;
  readonly heads: Heads | null;
}

export interface Admitted {
  /** Null while there is no log. */
  readonly logId: string | null;
  readonly checkpoints: CheckpointFile;
  readonly tree: CoveredTree;
  /** A log that was here and is gone, where there is none now. */
  readonly lost: LostLog | null;
}

/** Throws a `Failure` `audit_unwritable` where the log is not what is known of it. Reads only what its end needs. */
export async function admit(admission: Admission): Promise<Admitted> {
  const checkpoints = new CheckpointFile(checkpointsFile(admission.folder), admission.openFile);
  try {
    return await examine(admission, checkpoints);
  } catch (error) {
    await checkpoints.close();
    throw error;
  }
}

async function examine(admission: Admission, checkpoints: CheckpointFile): Promise<Admitted> {
  const { folder, end, heads } = admission;
  const state = await readState(folder, checkpoints);
  if (linkOf(end).seq === 0)
    return { logId: null, checkpoints, tree: CoveredTree.start(folder), lost: lostLog(state, heads) };

  const first = await readFirstEntry(folder);
  const logId = first === null ? (state.epoch?.logId ?? null) : logIdOf(first);
  if (logId === null)
    throw refuse(folder, 'its first entries are gone, and no signature says that this was on purpose');
  const signedId = state.epoch?.logId ?? logId;
  if (signedId !== logId) {
    if (first?.metadata?.['previous_log_id'] !== signedId)
      throw refuse(folder, 'its signed checkpoints are those of another log');
    // Whoever began this log was stopped before it had put them aside.
    await checkpoints.close();
    await putLostCheckpointsAside(folder, signedId);
    return await admit(admission);
  }
  const known = heads?.here().find((head) => head.logId === logId) ?? null;
  if (known !== null && known.checkpointSize > coveredBy(state))
    throw refuse(folder, `its signed checkpoints are gone or cut: one over ${known.checkpointSize} entries is known`);
  const expected: KnownEntry[] = known === null ? [] : [{ seq: known.size - 1, hash: known.hash, by: 'this machine' }];
  const tree = treeFrom(folder, state, expected);
  const { link } = tree.at;
  const { seq, previousHash } = linkOf(end);
  const least = Math.max(link.seq, known?.size ?? 0);
  if (seq < least) throw refuse(folder, `it has ${seq} entries, but ${least} are known: its end was cut off`);
  const isKnownEnd = known?.size === seq;
  if ((seq === link.seq && previousHash !== link.previousHash) || (isKnownEnd && previousHash !== known.hash))
    throw refuse(folder, `its entry ${seq - 1} is not the one that is known`);
  // What is new since the last checkpoint is little, and whether it continues that is seen only by reading it.
  const followed = await tree.follow(Math.min(seq, link.seq + mostFollowed));
  if (followed.kind === 'contradicted') throw refuse(folder, followed.why);
  return { logId, checkpoints, tree, lost: null };
}

/** A log without checkpoints may be long; what is beyond is followed later, while the log is used. */
const mostFollowed = 2500;

/** Puts the checkpoints of a log aside that vanished, once another one has begun in its place. */
export async function putLostCheckpointsAside(folder: string, logId: string): Promise<void> {
  try {
    await rename(checkpointsFile(folder), lostCheckpoints(folder, logId));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  await syncFolder(folder);
}

async function readState(folder: string, checkpoints: CheckpointFile): Promise<CheckpointState> {
  const reading = await checkpoints.refresh();
  if (reading.kind === 'unusable') throw refuse(folder, reading.why);
  return reading.state;
}

function treeFrom(
  folder: string,
  { checkpoint, pruned }: CheckpointState,
  expected: readonly KnownEntry[],
): CoveredTree {
  const signed = checkpoint === null ? null : positionOf(checkpoint.line, checkpoint.epoch);
  if (checkpoint !== null && signed === null) throw refuse(folder, 'the signature of its last checkpoint is not good');
  const deleted = pruned === null ? null : positionAfter(pruned.line, pruned.epoch);
  if (pruned !== null && deleted === null) throw refuse(folder, 'the signature over what was deleted is not good');
  const from = signed !== null && signed.link.seq >= (deleted?.link.seq ?? 0) ? signed : deleted;
  return from === null ? CoveredTree.start(folder, expected) : new CoveredTree(folder, from, expected);
}

function coveredBy({ checkpoint }: CheckpointState): number {
  return (checkpoint === null ? null : chainHeadOf(checkpoint.line))?.size ?? 0;
}

/** The log that was here last, as far as this machine or the checkpoints that it left behind know. */
function lostLog({ checkpoint }: CheckpointState, heads: Heads | null): LostLog | null {
  const head = heads?.here().find(({ workspaceIdentity }) => workspaceIdentity === heads.workspaceIdentity);
  if (head !== undefined) return { logId: head.logId, entries: head.size, hash: head.hash };
  const signed = checkpoint === null ? null : chainHeadOf(checkpoint.line);
  return signed === null ? null : { logId: signed.logId, entries: signed.size, hash: signed.hash };
}

function refuse(folder: string, why: string): Error {
  return unwritable(currentLog(folder), why);
}
