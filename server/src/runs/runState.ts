import type { FailureCode } from '#protocol/failure';
import type { Finding, Verdict } from '#protocol/gate';
import type { Phase } from '#protocol/phase';

/** What one cycle hands to the next: the plan, what is open, and a mark by which "no progress" is seen. */
export interface Progress {
  readonly cycle: number;
  readonly plan: string | null;
  /** What reviewers and gates of the cycle before found. */
  readonly findings: readonly Finding[];
  /** Digest of the tree and of what is open at the end of the cycle before; null in the first. */
  readonly fingerprint: string | null;
}

/** Where a run stands. Each state has exactly what makes sense in it. */
export type RunState =
  | { readonly kind: 'working'; readonly phase: Phase; readonly progress: Progress }
  /** Stopped with its work kept; `loki resume` goes on at this phase. */
  | { readonly kind: 'paused'; readonly phase: Phase; readonly progress: Progress; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly phase: Phase; readonly progress: Progress; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly phase: Phase;
      readonly progress: Progress;
      readonly code: FailureCode;
      readonly reason: string;
    }
  | { readonly kind: 'finished'; readonly verdict: Verdict; readonly progress: Progress; readonly reason: string };

export type WorkingState = Extract<RunState, { kind: 'working' }>;
export type EndedState = Exclude<RunState, WorkingState>;

export const firstState: WorkingState = {
  kind: 'working',
  phase: 'reason',
  progress: { cycle: 1, plan: null, findings: [], fingerprint: null },
};
