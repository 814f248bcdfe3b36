import { describe, expect, it } from 'vitest';
import { calendarKeys } from '../../../server/src/cost/windowKey.ts';

describe('the windows of a time', () => {
  it.each<[string, string, string | null, string, string]>([
    ['are the local day and month', '2026-03-09T10:00:00', null, '2026-03-09', '2026-03'],
    ['move on with the calendar', '2026-03-09T10:00:00', '2026-03-08', '2026-03-09', '2026-03'],
    ['stay at the last day when the clock went back', '2026-02-28T10:00:00', '2026-03-01', '2026-03-01', '2026-03'],
    ['stay at the last year when the clock went back', '2025-12-31T23:00:00', '2026-01-01', '2026-01-01', '2026-01'],
  ])('%s', (_name, now, lastDay, day, month) => {
    expect(calendarKeys(new Date(now), lastDay)).toEqual({ day, month });
  });

  it.each([Number.NaN, 8.64e15, -8.64e15])('need a date of four-digit years (%d)', (time) => {
    expect(() => calendarKeys(new Date(time), null)).toThrow('no usable date');
  });
});
