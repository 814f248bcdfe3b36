import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarKeys, calendarOf, isTimeZone } from '../../../server/src/cost/windowKey.ts';
import { endOf, startOf } from '../../../server/src/cost/windowSpan.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Kathmandu', 'Pacific/Apia'];

describe('days and months of a time zone', () => {
  it.each([
    ['2026-03-10T23:30:00Z', 'UTC', '2026-03-10'],
    ['2026-03-10T23:30:00Z', 'Europe/Berlin', '2026-03-11'],
    ['2026-03-10T03:30:00Z', 'America/New_York', '2026-03-09'],
    ['2025-12-31T23:30:00Z', 'Asia/Tokyo', '2026-01-01'],
  ])('%s in %s is %s', (at, zone, day) => {
    expect(calendarKeys(new Date(at), null, calendarOf(zone)).day).toBe(day);
  });

  it('begin and end at their midnight, through summer time', () => {
    const berlin = calendarOf('Europe/Berlin');
    expect(startOf('2026-03-29', berlin).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(endOf('2026-03-29', berlin).toISOString()).toBe('2026-03-29T22:00:00.000Z');
    expect(startOf('2026-03', berlin).toISOString()).toBe('2026-02-28T23:00:00.000Z');
    expect(endOf('2026-12', berlin).toISOString()).toBe('2026-12-31T23:00:00.000Z');
  });

  it('contain every moment that they are counted for', () => {
    const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.constantFrom(...zones), (at, zone) => {
        const calendar = calendarOf(zone);
        const { day, month } = calendarKeys(at, null, calendar);
        for (const key of [day, month]) {
          expect(startOf(key, calendar).getTime()).toBeLessThanOrEqual(at.getTime());
          expect(endOf(key, calendar).getTime()).toBeGreaterThan(at.getTime());
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have names that the machine knows', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });
});
