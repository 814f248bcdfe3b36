import { expect, it } from 'vitest';
import type { ModelAnswer } from '../../../server/src/models/conversation.ts';
import { decideRetry, type RetryDecision } from '../../../server/src/models/retry.ts';

const busy = (retryAfterMs: number | null = null, isRetryable = true): ModelAnswer => ({
  kind: 'failed',
  code: 'provider_refused',
  message: 'busy',
  isRetryable,
  retryAfterMs,
  isUnbilled: true,
});
const giveUp: RetryDecision = { kind: 'give_up' };
const after = (afterMs: number): RetryDecision => ({ kind: 'retry', afterMs });

const cases: readonly (readonly [string, number, ModelAnswer, number, RetryDecision])[] = [
  [
    'an answer is not asked for again',
    1,
    { kind: 'answered', text: '', calls: [], usage: null, finish: 'stop' },
    0,
    giveUp,
  ],
  ['a cancel is final', 1, { kind: 'cut', usage: null, because: 'cancelled' }, 0, giveUp],
  ['a broken stream is tried again', 1, { kind: 'cut', usage: null, because: 'stream' }, 0, after(500)],
  ['what cannot get better is not tried again', 1, busy(null, false), 0, giveUp],
  ['the pause doubles', 3, busy(), 0, after(2000)],
  ['jitter at most doubles the pause', 3, busy(), 1, after(4000)],
  ['the fifth attempt is the last', 5, busy(), 0, giveUp],
  ['a provider that names a pause gets it', 1, busy(7000), 0, after(7000)],
  ['never earlier than asked, also without a pause', 1, busy(0), 1, after(1000)],
  ['a pause that is too long is not waited for', 1, busy(121_000), 0, giveUp],
];

it.each(cases)('%s', (_, attempt, answer, jitter, expected) => {
  expect(decideRetry(attempt, answer, jitter)).toEqual(expected);
});
