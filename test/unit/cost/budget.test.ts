import { describe, expect, it } from 'vitest';
import {
  effectiveLimit,
  isAlertDue,
  openWindow,
  tightestWindow,
  type OpenWindow,
} from '../../../server/src/cost/budget.ts';
import { noticeOfAlert } from '../../../server/src/cost/budgetNotice.ts';
import { noticeOfLimit } from '../../../server/src/cost/budgetNotice.ts';
import { noPeriodLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { limitIn } from '../../../server/src/cost/windows.ts';
import { limitsOf } from './aRequest.ts';

type Limits = Parameters<typeof limitsOf>[0];

const open = (window: 'task' | 'day' | 'month', spent: number, held: number, limits: Limits): readonly OpenWindow[] => {
  const limit = limitIn(limitsOf(limits), window);
  const state = { window, key: window, group: null, spent: microUsd(spent), isAlerted: false };
  return limit === null ? [] : [openWindow({ ...state, limit }, microUsd(held))];
};

describe('the tightest window', () => {
  const check = (limits: Limits, expected: [string, number] | null) => {
    const windows = [...open('task', 10, 5, limits), ...open('day', 50, 0, limits), ...open('month', 60, 0, limits)];
    const tightest = tightestWindow(windows);
    expect(tightest === null ? null : [tightest.window, tightest.available]).toEqual(expected);
  };

  it.each<[string, Limits, [string, number] | null]>([
    ['is none without limits', {}, null],
    ['is the one with the least left', { task: 100, day: 100, month: 120 }, ['day', 50]],
    ['counts what is held as gone', { task: 20, month: 100 }, ['task', 5]],
    ['has nothing left after an overrun, not less', { day: 40 }, ['day', 0]],
  ])('%s', (_name, limits, expected) => check(limits, expected));
});

describe('an alert', () => {
  const isDue = (spent: number, limit: number, threshold: number) =>
    open('task', spent, 0, { task: limit }).some((window) => isAlertDue(window, threshold));

  it.each([
    ['is due at the share exactly', 80, 100, 0.8, true],
    ['is not due just below it', 79, 100, 0.8, false],
    ['is due at the limit where the share is no share', 99, 100, Number.NaN, false],
    ['is due at the limit for a share above one', 100, 100, 7, true],
  ])('%s', (_name, spent, limit, threshold, expected) => {
    expect(isDue(spent, limit, threshold)).toBe(expected);
  });

  it('says what is spent of which limit', () => {
    const money = { group: null, limit: microUsd(5_000_000), spent: microUsd(4_020_000) };
    expect(noticeOfAlert({ ...money, window: 'task', key: 'task-1', isSimulated: false }).message).toBe(
      '80 % of the money for this task is spent: $4.0200 of $5.00',
    );
    expect(noticeOfAlert({ ...money, window: 'month', key: '2026-03', isSimulated: true }).message).toBe(
      '80 % of the simulated money for the month 2026-03 is spent: $4.0200 of $5.00',
    );
  });
});

describe('a limit that pauses a run', () => {
  const over = { kind: 'over', window: 'task', group: null } as const;
  it.each([
    [5_000_000, 4_999_000, 0, 'The limit of $5.00 for this task does not afford another request ($4.9990 spent)'],
    // Cents alone would say that nothing may be spent.
    [1_400, 700, 0, 'The limit of $0.0014 for this task does not afford another request ($0.0007 spent)'],
    [
      5_500_000,
      0,
      5_400_000,
      'The limit of $5.50 for this task does not afford another request ($0.0000 spent, $5.4000 held by others under way)',
    ],
  ])('%i says what was spent of it (%i), and what is held (%i)', (limit, spent, reserved, message) => {
    const money = { limit: microUsd(limit), spent: microUsd(spent), reserved: microUsd(reserved) };
    const notice = noticeOfLimit({ ...over, ...money }, false, { taskId: 'task-1', ceiling: null });
    expect(notice.message.split('; to go on: ')[0]).toBe(message);
  });
});

describe('a raised limit', () => {
  const check = (limit: number | null, ceiling: number | null, raisedTo: number | null, expected: number | null) => {
    const money = (amount: number | null) => (amount === null ? null : microUsd(amount));
    const limits = {
      ...limitsOf(limit === null ? {} : { task: limit }),
      ceilings: { ...noPeriodLimits, maxPerTask: money(ceiling) },
    };
    expect(effectiveLimit(limits, 'task', money(raisedTo))).toBe(expected);
  };

  it.each<[string, number | null, number | null, number | null, number | null]>([
    ['is the configured one where nobody raised it', 5, null, null, 5],
    ['is what it was raised to', 5, null, 9, 9],
    ['never passes the ceiling', 5, 7, 9, 7],
    ['stays where the limit is its own ceiling', 5, 5, 9, 5],
    ['never falls below the configured one', 5, null, 2, 5],
    ['makes no limit where none is set', null, null, 9, null],
  ])('%s', (_name, limit, ceiling, raisedTo, expected) => check(limit, ceiling, raisedTo, expected));
});
