import type { AuditEntry } from '#protocol/audit';
import { readRecorded } from '../audit/query/query.ts';
import type { Ledger, ReservationId } from '../cost/ledger.ts';
import { readLoggedCall, timeOf } from '../cost/loggedCall.ts';
import type { LogMark } from '../cost/logMarks.ts';
import { projectPath } from '../cost/projectPath.ts';
import type { LateEnding, LogOwner, LostCall, RestoredReservations } from '../cost/restoration.ts';

export interface LedgerAndLog {
  readonly ledger: Ledger;
  /** The folder of the log. */
  readonly auditFolder: string;
  /** The task that is worked on, where there is one: its window stays open over months. */
  readonly taskId: string | null;
  readonly owner: LogOwner;
  /** Asked only where something was lost. */
  readonly isLogValid: () => Promise<boolean>;
}

export interface Restored extends RestoredReservations {
  readonly isLogValid: boolean;
}

/**
 * Enters in the ledger what it has lost and the audit log still has; null where nothing was lost. Nothing that the ledger
 * knows is entered twice, and each entry of the log is looked at once: a mark in the ledger says up to where. A log that
 * does not verify is believed what was reserved, and nothing that would make it less.
 */
export async function restoreLost(deps: LedgerAndLog): Promise<Restored | null> {
  const { restoration } = deps.ledger;
  const log = projectPath(deps.auditFolder);
  const { lost, late, mark } = await readLacking(deps, restoration.markOf(log));
  let restored: Restored | null = null;
  if (lost.length > 0 || late.length > 0) {
    const isLogValid = await deps.isLogValid();
    const believed = isLogValid ? lost : lost.map((call) => ({ ...call, ending: null }));
    restored = { ...restoration.enter(believed, isLogValid ? late : [], deps.owner), isLogValid };
  }
  // Last: whoever is stopped before it begins again.
  restoration.keepMark(log, deps.owner.project, mark);
  return restored === null || restored.calls + restored.endings === 0 ? null : restored;
}

interface Lacking {
  readonly lost: readonly LostCall[];
  readonly late: readonly LateEnding[];
  readonly mark: LogMark | null;
}

async function readLacking({ ledger, auditFolder, taskId }: LedgerAndLog, known: LogMark | null): Promise<Lacking> {
  const { restoration } = ledger;
  const lost = new Map<string, LostCall>();
  const late = new Map<ReservationId, LateEnding>();
  const what = 'model_call';
  // A clock may have been set back: what was spent then counted no earlier than what stands before it.
  let reachedAt = new Date(0);
  const mark = await markAfter(known, restoration.since());
  return { lost: [...lost.values()], late: [...late.values()], mark };

  async function markAfter(before: LogMark | null, since: Date): Promise<LogMark | null> {
    const from = before ?? (await firstSince(since));
    await readTask(from?.fromSeq ?? Infinity);
    if (from === null) return null;
    let last: LogMark | null = null;
    for await (const { entry } of readRecorded(auditFolder, { what }, { cursor: from.seq - 1 })) {
      // Another log, or an older copy of it, has other entries at this place: then the mark says nothing about it.
      const isSameLog = last !== null || (entry.seq === from.seq && entry.hash === from.hash);
      if (!isSameLog) break;
      reach(entry);
      if (before === null || last !== null) note(entry);
      last = { fromSeq: from.fromSeq, seq: entry.seq, hash: entry.hash };
    }
    return last ?? (before === null ? null : await markAfter(null, since));
  }

  /** From there on every entry counts, whatever the clock said. */
  async function firstSince(since: Date): Promise<LogMark | null> {
    const found = readRecorded(auditFolder, { what, fromMs: since.getTime() }, { limit: 1 });
    for await (const { entry } of found) return { fromSeq: entry.seq, seq: entry.seq, hash: entry.hash };
    return null;
  }

  async function readTask(before: number): Promise<void> {
    if (before === 0 || taskId === null) return;
    for await (const { entry } of readRecorded(auditFolder, { what, task: taskId })) {
      if (entry.seq >= before) break;
      reach(entry);
      note(entry);
    }
  }

  function reach({ timestamp }: AuditEntry): void {
    const at = timeOf(timestamp);
    if (at > reachedAt) reachedAt = at;
  }

  function note(entry: AuditEntry): void {
    const call = readLoggedCall(entry);
    if (call === null) return;
    const { at: endedAt } = call;
    if (call.kind === 'intent') {
      const isLost = restoration.lacks(call.reservationId) === 'everything';
      if (isLost) lost.set(call.actionId, { intent: call, ending: null, endedAt, reachedAt });
      return;
    }
    const { ending, reservationId } = call;
    const begun = lost.get(call.actionId);
    if (begun !== undefined) lost.set(call.actionId, { ...begun, ending, endedAt });
    else if (reservationId !== null && restoration.lacks(reservationId) === 'ending') {
      late.set(reservationId, { reservationId, ending, endedAt });
    }
  }
}
