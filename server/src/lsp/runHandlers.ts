import {
  runAccept,
  runCancel,
  runChanges,
  runDiscard,
  runEstimate,
  runEvents,
  runList,
  runResume,
  runStart,
} from '#protocol/task';
import { copyChanges } from '../runs/changeCopies.ts';
import { acceptFinished, discardWork } from '../runs/closeRun.ts';
import { estimateRun } from '../runs/estimateRun.ts';
import { readRun } from '../runs/runStore.ts';
import type { World } from '../runs/world.ts';
import { acceptInWords, discardInWords } from './closingWords.ts';
import type { FindingDiagnostics } from './findingDiagnostics.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { LiveRuns } from './liveRuns.ts';
import type { Rpc } from './rpc.ts';
import { readEvents, readSummaries, readSummary } from './runHistory.ts';
import type { Trust } from './trust.ts';

export interface RunDeps {
  readonly world: World;
  readonly runs: LiveRuns;
  readonly findings: FindingDiagnostics;
  readonly trust: Trust;
  readonly noticed: (workspace: string) => void;
}

export function bindRunHandlers(rpc: Rpc, { world, runs, findings, trust, noticed }: RunDeps): void {
  rpc.answer(runStart, async ({ provider, model, profile, scenario, ...params }) => {
    const workspace = knownWorkspace(params.workspace);
    noticed(workspace);
    trust.demand();
    return await runs.start({
      workspace,
      task: params.task,
      provider: provider ?? undefined,
      model: model ?? undefined,
      profile: profile ?? undefined,
      scenario: scenario ?? undefined,
      includeChanges: params.includeChanges,
      isTrusted: false,
    });
  });

  rpc.answer(runResume, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    noticed(workspace);
    trust.demand();
    return await runs.resume({ workspace, runId: params.runId });
  });

  rpc.answer(runCancel, async ({ runId }) => ({ cancelled: await runs.cancel(runId) }));

  rpc.answer(runAccept, async (params, signal) => {
    const workspace = knownWorkspace(params.workspace);
    const { runId, evenIfBlocked } = params;
    trust.demand();
    const { state } = await readRun(workspace, runId);
    if (state.kind === 'finished' && state.verdict === 'BLOCKED' && !evenIfBlocked) {
      return { isDone: false, message: `Not accepted: the result is BLOCKED (${state.reason})`, mayInsist: true };
    }
    const result = await acceptFinished(world, { workspace, runId, evenIfBlocked }, signal);
    if (result.kind === 'accepted') await findings.accepted(workspace, runId);
    return { isDone: result.kind === 'accepted', message: acceptInWords(result) };
  });

  rpc.answer(runDiscard, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const { runId, withForeignCommits } = params;
    trust.demand();
    const result = await discardWork(world, { workspace, runId, withForeignCommits });
    if (result.kind === 'discarded') findings.discarded(workspace, runId);
    const message = discardInWords(result);
    if (result.kind === 'foreign_commits') return { isDone: false, message, mayInsist: true };
    return { isDone: result.kind === 'discarded', message };
  });

  rpc.answer(runList, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const kept = await readSummaries(world, workspace);
    return { runs: kept.map((summary) => runs.find(summary.runId)?.summary() ?? summary) };
  });

  rpc.answer(runEvents, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const live = runs.find(params.runId);
    if (live !== null) return await live.snapshot(params.after);
    const [summary, events] = await Promise.all([
      readSummary(world, workspace, params.runId),
      readEvents(workspace, params.runId),
    ]);
    return { summary, events: events.filter(({ number }) => number > params.after), approvals: [] };
  });

  rpc.answer(runChanges, async (params, signal) => {
    const files = await copyChanges(knownWorkspace(params.workspace), params.runId, signal);
    return { files: [...files] };
  });

  rpc.answer(runEstimate, async ({ workspace, provider }) => {
    return await estimateRun(world, { workspace: knownWorkspace(workspace), provider });
  });
}
