import { unreachable } from '../base/invariant.ts';
import type { ModelAnswer } from './conversation.ts';

export type RetryDecision =
  | { readonly kind: 'retry'; readonly afterMs: number }
  /** Nothing more to try: the answer is what the caller has to live with. */
  | { readonly kind: 'give_up' };

export interface RetryLimits {
  /** Attempts altogether, the first one included. */
  readonly maxAttempts: number;
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** A provider that asks for a longer pause than this is not waited for. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryLimits: RetryLimits = {
  maxAttempts: 5,
  firstPauseMs: 1_000,
  maxPauseMs: 30_000,
  maxRetryAfterMs: 120_000,
};

/**
 * Whether an attempt (the first is 1) is followed by another, and when. Every attempt is an action and a reservation of
 * its own, so the caller loops. `jitter` is between 0 and 1: it spreads clients that failed together.
 */
export function decideRetry(
  attempt: number,
  answer: ModelAnswer,
  jitter: number,
  limits: RetryLimits = defaultRetryLimits,
): RetryDecision {
  if (attempt >= limits.maxAttempts || !isWorthAnother(answer)) return { kind: 'give_up' };
  const retryAfterMs = answer.kind === 'failed' ? answer.retryAfterMs : null;
  if (retryAfterMs !== null) {
    if (retryAfterMs > limits.maxRetryAfterMs) return { kind: 'give_up' };
    // Never earlier than asked; a little later, so that not all clients come back in the same moment.
    return { kind: 'retry', afterMs: Math.ceil(retryAfterMs + jitter * limits.firstPauseMs) };
  }
  const ceiling = Math.min(limits.maxPauseMs, limits.firstPauseMs * 2 ** (attempt - 1));
  return { kind: 'retry', afterMs: Math.ceil(ceiling / 2 + (jitter * ceiling) / 2) };
}

function isWorthAnother(answer: ModelAnswer): boolean {
  switch (answer.kind) {
    case 'answered':
    case 'unsent':
      return false;
    case 'cut':
      return answer.because === 'stream';
    case 'failed':
      return answer.isRetryable;
    default:
      return unreachable(answer);
  }
}
