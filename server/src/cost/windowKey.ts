import { invariant } from '../base/invariant.ts';

/** The days and months that spending is counted under, by the calendar of the machine's time zone. */
export interface CalendarKeys {
  /** `2026-03-01` */
  readonly day: string;
  /** `2026-03` */
  readonly month: string;
}

/**
 * The windows of a request. They never go back behind the last day that was counted: setting a clock back, or flying
 * west, opens no day or month with a fresh limit.
 */
export function calendarKeys(now: Date, lastDay: string | null): CalendarKeys {
  const today = localDay(now);
  const day = lastDay !== null && lastDay > today ? lastDay : today;
  return { day, month: day.slice(0, 7) };
}

function localDay(now: Date): string {
  const year = now.getFullYear();
  // Four digits of year are what makes the keys sort as dates. An invalid date fails here, too.
  invariant(year >= 1000 && year <= 9999, 'the clock gives no usable date');
  return [year, now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
