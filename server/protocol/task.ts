import * as z from 'zod/mini';
import { approvalRequest } from './approval.ts';
import { clientRequest, serverNotification } from './message.ts';
import { failure } from './failure.ts';
import { runEvent, runResult } from './run.ts';
import { workspaceFolder } from './workspace.ts';

// The messages about tasks and their runs. A run is followed by its events, numbered from 1: whoever has seen up to N asks
// for those after N, so a gap is seen and mended.

/** Where a run stands, for lists. */
export const runSummary = z.strictObject({
  runId: z.string(),
  taskId: z.string(),
  workspace: workspaceFolder,
  task: z.string(),
  startedAt: z.string(),
  state: z.enum(['working', 'awaiting', 'paused', 'cancelled', 'failed', 'finished', 'interrupted']),
  /** Why it stands there, in one sentence; null while it works. */
  reason: z.nullable(z.string()),
  branch: z.nullable(z.string()),
  provider: z.string(),
  simulated: z.boolean(),
  costUsd: z.number(),
  limitUsd: z.nullable(z.number()),
  result: z.nullable(runResult),
  /** What became of the result: taken into the user's branch, thrown away, or still to be decided. */
  outcome: z.enum(['open', 'accepted', 'discarded']),
});
export type RunSummary = Readonly<z.infer<typeof runSummary>>;

export const numberedEvent = z.strictObject({ number: z.int(), at: z.string(), event: runEvent });
export type NumberedEvent = Readonly<z.infer<typeof numberedEvent>>;

const runOf = z.strictObject({ workspace: workspaceFolder, runId: z.string() });

/** Answers as soon as the run has an id; everything after that is told by `loki/run/changed`. */
export const runStart = clientRequest(
  'loki/run/start',
  z.strictObject({
    workspace: workspaceFolder,
    task: z.string(),
    provider: z.nullable(z.string()),
    model: z.nullable(z.string()),
    profile: z.nullable(z.string()),
    includeChanges: z.boolean(),
    /** The bundled scenario that the demo provider plays; null for the harmless one. */
    scenario: z.nullable(z.string()),
  }),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('started'), runId: z.string() }),
    z.strictObject({ kind: z.literal('failed'), failure }),
  ]),
);

export const runResume = clientRequest('loki/run/resume', runOf, runStart.result);

/** Answers when every process of the run has ended; without a run, all runs. */
export const runCancel = clientRequest(
  'loki/run/cancel',
  z.strictObject({ runId: z.nullable(z.string()) }),
  z.strictObject({ cancelled: z.int() }),
);

/** What accepting or discarding came to, in words; `isDone` is false when nothing was touched. */
const closed = z.strictObject({
  isDone: z.boolean(),
  message: z.string(),
  /** True where the same request with its flag (`evenIfBlocked`, `withForeignCommits`) would do it. */
  mayInsist: z.exactOptional(z.boolean()),
});

export const runAccept = clientRequest(
  'loki/run/accept',
  z.strictObject({ workspace: workspaceFolder, runId: z.string(), evenIfBlocked: z.boolean() }),
  closed,
);
export const runDiscard = clientRequest(
  'loki/run/discard',
  z.strictObject({ workspace: workspaceFolder, runId: z.string(), withForeignCommits: z.boolean() }),
  closed,
);

/** All runs of a workspace, the latest first. */
export const runList = clientRequest(
  'loki/run/list',
  z.strictObject({ workspace: workspaceFolder }),
  z.strictObject({ runs: z.array(runSummary) }),
);

/** The events of a run after a number (0 for all), with its summary: a snapshot, or what fills a gap. */
export const runEvents = clientRequest(
  'loki/run/events',
  z.strictObject({ workspace: workspaceFolder, runId: z.string(), after: z.int() }),
  z.strictObject({ summary: runSummary, events: z.array(numberedEvent), approvals: z.array(approvalRequest) }),
);

/** What the run has changed: for each file its two contents as files to show side by side; null where there is none. */
export const runChanges = clientRequest(
  'loki/run/changes',
  runOf,
  z.strictObject({
    files: z.array(
      z.strictObject({
        path: z.string(),
        status: z.enum(['added', 'modified', 'deleted']),
        /** Absolute paths of read-only copies kept with the run's state. */
        before: z.nullable(z.string()),
        after: z.nullable(z.string()),
      }),
    ),
  }),
);

/** What a task like this may cost, from the tasks before; `basedOn` 0 means nothing is known but the limit. */
export const runEstimate = clientRequest(
  'loki/run/estimate',
  z.strictObject({ workspace: workspaceFolder, provider: z.nullable(z.string()) }),
  z.strictObject({
    likelyUsd: z.nullable(z.number()),
    worstUsd: z.nullable(z.number()),
    basedOn: z.int(),
    simulated: z.boolean(),
  }),
);

/** Told while a run works: its summary and the events since the last one told. */
export const runChanged = serverNotification(
  'loki/run/changed',
  z.strictObject({
    summary: runSummary,
    events: z.array(numberedEvent),
    /** Requests for approval that are open now. */
    approvals: z.array(approvalRequest),
  }),
);
