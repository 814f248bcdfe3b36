import { expect, test } from 'vitest';
import { createBackoff } from '../../../client/src/sidecar/backoff.ts';

test('a sidecar that keeps dying is started five times in three minutes, each time later', () => {
  const backoff = createBackoff();
  const waits = [0, 1000, 3000, 7000, 15_000, 30_000].map((nowMs) => backoff.next(nowMs));
  expect(waits).toEqual([
    { delayMs: 1000, attempt: 1 },
    { delayMs: 2000, attempt: 2 },
    { delayMs: 4000, attempt: 3 },
    { delayMs: 8000, attempt: 4 },
    { delayMs: 8000, attempt: 5 },
    null,
  ]);
});

test('deaths long ago do not count', () => {
  const backoff = createBackoff();
  for (const nowMs of [0, 1, 2, 3, 4]) backoff.next(nowMs);
  expect(backoff.next(180_004)).toEqual({ delayMs: 1000, attempt: 1 });
});

test('a person who asks for a new start gets one', () => {
  const backoff = createBackoff();
  for (const nowMs of [0, 1, 2, 3, 4]) backoff.next(nowMs);
  expect(backoff.next(5)).toBeNull();
  backoff.reset();
  expect(backoff.next(6)).toEqual({ delayMs: 1000, attempt: 1 });
});
