import type { Phase } from '#protocol/phase';
import { Failure } from '../base/failure.ts';
import type { EndedState, Progress } from './runState.ts';

/** How an error ends a run, in words. */
export function endingFor(error: unknown, phase: Phase, progress: Progress, signal: AbortSignal): EndedState {
  if (error instanceof Failure && !signal.aborted) {
    return { kind: 'failed', phase, progress, code: error.code, reason: error.message };
  }
  if (isBug(error)) {
    const reason = `A bug in Loki: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'failed', phase, progress, code: 'internal', reason };
  }
  return { kind: 'cancelled', phase, progress, reason: 'Cancelled; the work so far is kept on its branch' };
}

/** Neither a failure of the world nor what an abort throws. */
export function isBug(error: unknown): boolean {
  return !(error instanceof Failure) && !(error instanceof Error && error.name === 'AbortError');
}
