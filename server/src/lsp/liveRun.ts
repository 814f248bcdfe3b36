import type { ApprovalRequest } from '#protocol/approval';
import type { RunEvent } from '#protocol/run';
import type { NumberedEvent, RunSummary } from '#protocol/task';
import type { Clock } from '../base/clock.ts';
import type { EventFile } from '../runs/runEvents.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import { redactSync } from '../scan/redact.ts';
import type { Log } from './log.ts';
import { redactEvent, type RedactText } from './redactEvent.ts';
import { summaryOf } from './runSummary.ts';

/** How far apart the client is told about a run, at least. */
const tellEveryMs = 50;

export interface Changed {
  readonly summary: RunSummary;
  readonly events: NumberedEvent[];
  readonly approvals: ApprovalRequest[];
}

export interface LiveRunDeps {
  /** As the client names the folder. */
  readonly workspace: string;
  readonly clock: Clock;
  readonly redact: RedactText;
  readonly openApprovals: () => readonly ApprovalRequest[];
  readonly tell: (changed: Changed) => void;
  /** Told each event once it has its number, before the client is. */
  readonly onEvent: (event: RunEvent) => void;
  readonly log: Log;
}

/** A run under way, as its watchers see it. */
export interface LiveRun {
  readonly record: RunRecord;
  readonly workspace: string;
  /** Takes an event in its turn: redacts it, numbers it, keeps it and tells it. */
  take(event: RunEvent): void;
  /** A question was put or is gone. */
  approvalsChanged(): void;
  summary(): RunSummary;
  /** Everything after a number, once what was taken so far has its number. */
  snapshot(after: number): Promise<Changed>;
  /** Resolves when every event is kept and told; `summary` is the last word. */
  close(summary: RunSummary): Promise<void>;
}

/** Numbers go up by one from what `file` holds already, in the order in which events were taken. */
export function createLiveRun(record: RunRecord, file: Promise<EventFile>, deps: LiveRunDeps): LiveRun {
  const events: NumberedEvent[] = [];
  let told = 0;
  let timer: NodeJS.Timeout | null = null;
  let lastToldMs = -Infinity;
  let current = summaryOf(
    { ...record, task: redactSync(record.task) },
    { workspace: deps.workspace, isInterrupted: false, costUsd: 0, limitUsd: null },
  );
  let kept: EventFile | null = null;
  // What cannot be kept is told all the same: the record of a run is the audit log, not its events.
  const giveUpKeeping = (error: unknown): void => {
    kept = null;
    deps.log.error(`The events of ${record.runId} cannot be kept, so they are lost when the sidecar ends`, error);
  };
  const takeUp = async (): Promise<void> => {
    const opened = await file;
    kept = opened;
    events.push(...opened.events);
    told = events.length;
    for (const { event } of opened.events) current = after(current, event);
    current = { ...current, state: 'working', reason: null, result: null };
  };
  let turn = takeUp().catch(giveUpKeeping);

  const summary = (): RunSummary => {
    if (current.state !== 'working') return current;
    return deps.openApprovals().length > 0 ? { ...current, state: 'awaiting' } : current;
  };
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    lastToldMs = performance.now();
    const fresh = events.slice(told);
    told = events.length;
    deps.tell({ summary: summary(), events: fresh, approvals: [...deps.openApprovals()] });
  };
  const flushSoon = (): void => {
    if (timer !== null) return;
    const waitMs = lastToldMs + tellEveryMs - performance.now();
    if (waitMs <= 0) flush();
    else timer = setTimeout(flush, waitMs);
  };
  const keep = async (event: RunEvent, at: string): Promise<void> => {
    const redacted = await redactEvent(event, deps.redact);
    const numbered = { number: events.length + 1, at, event: redacted };
    events.push(numbered);
    current = after(current, redacted);
    deps.onEvent(redacted);
    flushSoon();
    await kept?.append([numbered]).catch(giveUpKeeping);
  };
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn.then(work).catch((error: unknown) => deps.log.error(`An event of ${record.runId} was lost`, error));
  };

  return {
    record,
    workspace: deps.workspace,
    take: (event) => {
      const at = deps.clock.now().toISOString();
      inTurn(async () => await keep(event, at));
    },
    approvalsChanged: () => inTurn(async () => flushSoon()),
    summary,
    snapshot: async (number) => {
      await turn;
      return { summary: summary(), events: events.slice(Math.max(0, number)), approvals: [...deps.openApprovals()] };
    },
    close: async (last) => {
      await turn;
      current = last;
      flush();
    },
  };
}

/** What an event changes in the summary. */
function after(summary: RunSummary, event: RunEvent): RunSummary {
  switch (event.type) {
    case 'started':
      return { ...summary, branch: event.branch, limitUsd: event.limitUsd, simulated: event.simulated };
    case 'cost':
      return { ...summary, costUsd: event.costUsd, limitUsd: event.limitUsd };
    case 'result':
      return { ...summary, state: event.status, reason: event.reason, costUsd: event.costUsd, result: event };
    default:
      return summary;
  }
}
