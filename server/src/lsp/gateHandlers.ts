import { gateRead, type GateState } from '#protocol/gate';
import type { RunEvent } from '#protocol/run';
import type { NumberedEvent } from '#protocol/task';
import { defaultProfile } from '../gates/profile.ts';
import { readRunEvents } from '../runs/runEvents.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import { listRuns } from '../runs/runStore.ts';
import { redactSync } from '../scan/redact.ts';
import { knownWorkspace } from './knownWorkspace.ts';
import type { LiveRuns } from './liveRuns.ts';
import { redactTexts } from './redactEvent.ts';
import type { Rpc } from './rpc.ts';

export function bindGateHandlers(rpc: Rpc, runs: LiveRuns): void {
  rpc.answer(gateRead, async (params) => {
    const workspace = knownWorkspace(params.workspace);
    const latest = (await listRuns(workspace))[0];
    if (latest === undefined) {
      return { runId: null, profile: defaultProfile.name, at: null, verdict: null, gates: [], findings: [] };
    }
    const { runId, result } = latest;
    const live = runs.find(runId);
    if (live === null && result !== null) return await redactTexts(ofResult(latest, result), redactSync);
    const events = live === null ? await readRunEvents(workspace, runId) : (await live.snapshot(0)).events;
    return ofEvents(latest, events);
  });
}

function ofResult({ runId, profile, updatedAt }: RunRecord, result: RunEvent & { type: 'result' }): GateState {
  const { verdict, gates, findings } = result;
  return { runId, profile, at: updatedAt, verdict, gates, findings };
}

/** What a run that has no result has shown so far: of each gate its last word, of reviewers those of the last cycle. */
function ofEvents({ runId, profile }: RunRecord, events: readonly NumberedEvent[]): GateState {
  const gates = new Map<string, GateState['gates'][number]>();
  let findings: GateState['findings'] = [];
  let at: string | null = null;
  for (const numbered of events) {
    const { event } = numbered;
    if (event.type === 'phase' && event.phase === 'reflect') findings = [];
    if (event.type === 'finding') findings = [...findings, event.finding];
    if (event.type !== 'gate') continue;
    gates.set(event.gate.id, event.gate);
    ({ at } = numbered);
  }
  return { runId, profile, at, verdict: null, gates: [...gates.values()], findings };
}
