import type { ApprovalRequest } from '#protocol/approval';
import type { NumberedEvent, RunSummary } from '#protocol/task';
import { createSignal, type Signal } from '../signal.ts';

/** What is known of a run: where it stands, and its events without a gap from the first. */
export interface Run {
  readonly summary: RunSummary;
  /** Empty until somebody wants to look at them. */
  readonly events: readonly NumberedEvent[];
}

/** A snapshot or a change, as the sidecar tells it. */
export interface RunNews {
  readonly summary: RunSummary;
  readonly events: readonly NumberedEvent[];
  /** The requests of this run that are open. */
  readonly approvals: readonly ApprovalRequest[];
}

/** What the client knows of runs: one place that views, pages, meter and approvals look at. */
export interface Runs {
  /** The latest first. */
  all(): readonly Run[];
  get(runId: string): Run | null;
  /** Open requests for approval, the oldest first. */
  approvals(): readonly ApprovalRequest[];
  readonly onChange: Signal<{ readonly runId: string | null }>['on'];
  /** Takes in what the sidecar told; events that leave a gap are asked for by `fill`. */
  take(news: RunNews): void;
  takeList(workspace: string, summaries: readonly RunSummary[]): void;
  /** Makes sure that all events of a run are here. */
  follow(runId: string): Promise<Run | null>;
  /** The sidecar is gone: what it was working at is interrupted, and nobody waits for an answer any more. */
  interrupt(): void;
}

/** Asks the sidecar for the events of a run after a number. */
export type ReadEvents = (run: RunSummary, after: number) => Promise<RunNews>;

export function createRuns(readEvents: ReadEvents): Runs {
  const runs = new Map<string, Run>();
  const followed = new Set<string>();
  // Whose events were numbered by a sidecar that is gone: they are shown until the new one has told its own.
  const stale = new Set<string>();
  const filling = new Map<string, Promise<void>>();
  const changed = createSignal<{ readonly runId: string | null }>();
  let approvals: readonly ApprovalRequest[] = [];

  const take = ({ summary, events, approvals: open }: RunNews, isSnapshot = false): void => {
    const { runId } = summary;
    const before = runs.get(runId)?.events ?? [];
    const joined = stale.has(runId) ? (isSnapshot ? join([], events) : null) : join(before, events);
    if (joined !== null) stale.delete(runId);
    runs.set(runId, { summary, events: joined ?? before });
    approvals = [...approvals.filter((request) => request.runId !== runId), ...open];
    changed.fire({ runId });
    // A run whose first events nobody has asked for yet has a gap as well; it is filled when somebody looks.
    // It was a mended gap that does not close: asking again at once would not end.
    if (joined === null && followed.has(runId) && !isSnapshot) fill(runId).catch(() => followed.delete(runId));
  };

  const fill = async (runId: string): Promise<void> => {
    const under = filling.get(runId);
    if (under !== undefined) return await under;
    const work = async (): Promise<void> => {
      const run = runs.get(runId);
      if (run === undefined) return;
      const after = stale.has(runId) ? 0 : (run.events.at(-1)?.number ?? 0);
      take(await readEvents(run.summary, after), true);
    };
    const filled = work().finally(() => filling.delete(runId));
    filling.set(runId, filled);
    await filled;
  };

  return {
    all: () => [...runs.values()].sort((a, b) => b.summary.startedAt.localeCompare(a.summary.startedAt)),
    get: (runId) => runs.get(runId) ?? null,
    approvals: () => approvals,
    onChange: (listener) => changed.on(listener),
    take: (news) => take(news),
    takeList: (workspace, summaries) => {
      const listed = new Set(summaries.map(({ runId }) => runId));
      for (const [runId, { summary }] of runs) {
        if (summary.workspace === workspace && !listed.has(runId)) runs.delete(runId);
      }
      for (const summary of summaries) {
        runs.set(summary.runId, { summary, events: runs.get(summary.runId)?.events ?? [] });
      }
      changed.fire({ runId: null });
    },
    follow: async (runId) => {
      if (!followed.has(runId) && runs.has(runId)) {
        followed.add(runId);
        await fill(runId).catch((error: unknown) => {
          followed.delete(runId);
          throw error;
        });
      }
      return runs.get(runId) ?? null;
    },
    interrupt: () => {
      for (const [runId, run] of runs) {
        if (run.summary.state !== 'working' && run.summary.state !== 'awaiting') continue;
        const reason = 'The sidecar stopped while it worked; resume it to go on';
        runs.set(runId, { ...run, summary: { ...run.summary, state: 'interrupted', reason } });
      }
      approvals = [];
      followed.clear();
      for (const runId of runs.keys()) stale.add(runId);
      changed.fire({ runId: null });
    },
  };
}

/** The events with what came after them, without repetitions; null when some between are missing. */
export function join(
  before: readonly NumberedEvent[],
  events: readonly NumberedEvent[],
): readonly NumberedEvent[] | null {
  const last = before.at(-1)?.number ?? 0;
  const news = events.filter(({ number }) => number > last);
  const isWhole = news.every(({ number }, index) => number === last + index + 1);
  return isWhole ? [...before, ...news] : null;
}
