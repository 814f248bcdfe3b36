import type { RunEvent } from '#protocol/run';
import type { NumberedEvent, RunSummary } from '#protocol/task';

/** A run as the sidecar would tell it; tests name what matters to them. */
export function aRun(parts: Partial<RunSummary> = {}): RunSummary {
  return {
    runId: 'run-1',
    taskId: 'task-1',
    workspace: '/shop',
    task: 'Mend the cart',
    startedAt: '2026-01-01T00:00:00.000Z',
    state: 'working',
    reason: null,
    branch: 'loki/task-1',
    provider: 'demo',
    simulated: true,
    costUsd: 0,
    limitUsd: 5,
    result: null,
    outcome: 'open',
    ...parts,
  };
}

/** Events numbered from `first`. */
export function numbered(events: readonly RunEvent[], first = 1): readonly NumberedEvent[] {
  return events.map((event, index) => ({ number: first + index, at: '2026-01-01T00:00:00.000Z', event }));
}

export function said(text: string): RunEvent {
  return { type: 'said', agent: 'architect', text };
}
