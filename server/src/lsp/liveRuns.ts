import path from 'node:path';
import type { RunEvent, RunResult } from '#protocol/run';
import type { RunSummary } from '#protocol/task';
import { Failure } from '../base/failure.ts';
import type { Approver } from '../gateway/approver.ts';
import { openRunEvents } from '../runs/runEvents.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import { resumeRun } from '../runs/resumeRun.ts';
import { startRun } from '../runs/startRun.ts';
import type { Audience, StartRequest, World } from '../runs/world.ts';
import { createLiveRun, type Changed, type LiveRun } from './liveRun.ts';
import type { Log } from './log.ts';
import type { PendingApprovals } from './pendingApprovals.ts';
import type { RedactText } from './redactEvent.ts';

export type Started =
  | { readonly kind: 'started'; readonly runId: string }
  | { readonly kind: 'failed'; readonly failure: Pick<Failure, 'code' | 'message'> };

/** The runs that work in this process, in any number of workspaces. */
export interface LiveRuns {
  /** Answers as soon as the run has an id, or with what was missing. */
  start(request: StartRequest): Promise<Started>;
  resume(request: { readonly workspace: string; readonly runId: string }): Promise<Started>;
  find(runId: string): LiveRun | null;
  /** Cancels one run, or all; resolves when every process of theirs has ended and their last word is kept. */
  cancel(runId: string | null): Promise<number>;
  /** Cancels all and starts no more. */
  close(): Promise<void>;
}

export interface LiveRunsDeps {
  readonly world: World;
  readonly approvals: PendingApprovals;
  /** Answers agents' questions and confirmations; questions for approval go to `approvals`. */
  readonly person: Pick<Approver, 'reply' | 'confirm'>;
  readonly redact: RedactText;
  readonly tell: (changed: Changed) => void;
  readonly onEvent: (run: LiveRun, event: RunEvent) => void;
  /** The summary of a run that has ended, from what is kept of it. */
  readonly summaryOfEnded: (workspace: string, runId: string) => Promise<RunSummary>;
  readonly log: Log;
}

/** Something that works: a run, or the attempt to start one. */
interface Work {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  run: LiveRun | null;
}

type Drive = (audience: Audience, signal: AbortSignal) => Promise<RunResult>;

export function createLiveRuns(deps: LiveRunsDeps): LiveRuns {
  const { world, approvals, person, log } = deps;
  let isClosed = false;
  const works = new Set<Work>();
  const runs = new Map<string, LiveRun>();

  const open = (workspace: string, record: RunRecord): LiveRun => {
    const { runId } = record;
    const run: LiveRun = createLiveRun(record, openRunEvents(path.resolve(workspace), runId), {
      workspace,
      clock: world.clock,
      redact: deps.redact,
      openApprovals: () => approvals.openOf(runId),
      tell: deps.tell,
      onEvent: (event) => deps.onEvent(run, event),
      log,
    });
    runs.set(runId, run);
    return run;
  };

  const close = async (run: LiveRun, problem: string | null): Promise<void> => {
    const { runId } = run.record;
    if (problem !== null) run.take({ type: 'notice', level: 'warning', message: problem });
    try {
      await run.close(await deps.summaryOfEnded(run.workspace, runId));
    } catch (error) {
      log.error(`What is kept of ${runId} cannot be read`, error);
      await run.close({ ...run.summary(), state: 'interrupted', reason: problem });
    }
    runs.delete(runId);
  };

  const drive = async (workspace: string, start: Drive): Promise<Started> => {
    if (isClosed) {
      return { kind: 'failed', failure: { code: 'internal', message: 'Loki is ending; start the task again' } };
    }
    const controller = new AbortController();
    const answer = Promise.withResolvers<Started>();
    // A run tells of others, and of its configuration, before it has an id of its own.
    const early: RunEvent[] = [];
    const audience: Audience = {
      approver: { ...person, decide: async (request, signal) => await approvals.ask(request, signal) },
      tell: (event) => {
        if (work.run === null) early.push(event);
        else work.run.take(event);
      },
      opened: (record) => {
        work.run = open(workspace, record);
        for (const event of early) work.run.take(event);
        answer.resolve({ kind: 'started', runId: record.runId });
      },
    };
    const finish = async (): Promise<void> => {
      let problem: string | null = null;
      try {
        await start(audience, controller.signal);
      } catch (error) {
        const failure = failureOf(error, controller.signal);
        if (failure !== error && !controller.signal.aborted) log.error('A bug in Loki ended a run', error);
        problem = failure.message;
        answer.resolve({ kind: 'failed', failure: { code: failure.code, message: failure.message } });
      }
      if (work.run !== null) await close(work.run, problem);
      works.delete(work);
    };
    const gate = Promise.withResolvers<void>();
    const work: Work = { controller, run: null, ended: gate.promise.then(finish) };
    works.add(work);
    gate.resolve();
    return await answer.promise;
  };

  const cancel: LiveRuns['cancel'] = async (runId) => {
    const chosen = [...works].filter(({ run }) => runId === null || run?.record.runId === runId);
    for (const { controller } of chosen) controller.abort();
    await Promise.all(chosen.map(async ({ ended }) => await ended));
    return chosen.length;
  };

  return {
    start: async (request) =>
      await drive(request.workspace, async (audience, signal) => await startRun(world, request, audience, signal)),
    resume: async (request) =>
      await drive(
        request.workspace,
        async (audience, signal) => await resumeRun(world, { ...request, isTrusted: false }, audience, signal),
      ),
    find: (runId) => runs.get(runId) ?? null,
    cancel,
    close: async () => {
      isClosed = true;
      await cancel(null);
    },
  };
}

function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof Failure) return error;
  if (signal.aborted) return new Failure('internal', 'Cancelled before it had begun', { cause: error });
  return new Failure('internal', 'A bug in Loki ended this run; its log says more', { cause: error });
}
