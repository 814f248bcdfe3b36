import { describe, expect, it } from 'vitest';
import { describeAlert, isAlertDue, limitedWindows, tightestWindow } from '../../../server/src/cost/budget.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { limitsOf } from './aRequest.ts';

const state = (window: 'task' | 'day' | 'month', spent: number, reserved: number) => ({
  window,
  key: window,
  spent: microUsd(spent),
  reserved: microUsd(reserved),
  isAlerted: false,
});

describe('the tightest window', () => {
  const check = (limits: Parameters<typeof limitsOf>[0], expected: [string, number] | null) => {
    const windows = limitedWindows(
      [state('task', 10, 5), state('day', 50, 0), state('month', 60, 0)],
      limitsOf(limits),
    );
    const tightest = tightestWindow(windows);
    expect(tightest === null ? null : [tightest.window, tightest.available]).toEqual(expected);
  };

  it.each<[string, Parameters<typeof limitsOf>[0], [string, number] | null]>([
    ['is none without limits', {}, null],
    ['is the one with the least left', { task: 100, day: 100, month: 120 }, ['day', 50]],
    ['counts what is held as gone', { task: 20, month: 100 }, ['task', 5]],
    ['has nothing left after an overrun, not less', { day: 40 }, ['day', 0]],
  ])('%s', (_name, limits, expected) => check(limits, expected));
});

describe('an alert', () => {
  const isDue = (spent: number, limit: number, threshold: number) =>
    limitedWindows([state('task', spent, 0)], limitsOf({ task: limit })).some((window) =>
      isAlertDue(window, threshold),
    );

  it.each([
    ['is due at the share exactly', 80, 100, 0.8, true],
    ['is not due just below it', 79, 100, 0.8, false],
    ['is due at the limit where the share is no share', 99, 100, Number.NaN, false],
    ['is due at the limit for a share above one', 100, 100, 7, true],
  ])('%s', (_name, spent, limit, threshold, expected) => {
    expect(isDue(spent, limit, threshold)).toBe(expected);
  });

  it('says what is spent of which limit', () => {
    const money = { limit: microUsd(5_000_000), spent: microUsd(4_020_000) };
    expect(describeAlert({ ...money, window: 'task', key: 'task-1', isSimulated: false })).toBe(
      '80 % of the money for this task is spent: $4.0200 of $5.00',
    );
    expect(describeAlert({ ...money, window: 'month', key: '2026-03', isSimulated: true })).toBe(
      '80 % of the simulated money for the month 2026-03 is spent: $4.0200 of $5.00',
    );
  });
});
