import { invariant } from '../base/invariant.ts';

/** The days and months that spending is counted under, by the calendar of one time zone. */
export interface CalendarKeys {
  /** `2026-03-01` */
  readonly day: string;
  /** `2026-03` */
  readonly month: string;
}

/** The day of a moment, by the calendar of a time zone; see `calendarOf`. */
export type Calendar = (now: Date) => string;

/**
 * The windows of a request. They never go back behind the last day that was counted: setting a clock back, or flying
 * west, opens no day or month with a fresh limit.
 */
export function calendarKeys(now: Date, lastDay: string | null, calendar: Calendar = machineCalendar): CalendarKeys {
  const today = calendar(now);
  const day = lastDay !== null && lastDay > today ? lastDay : today;
  return { day, month: day.slice(0, 7) };
}

/** The calendar of a time zone by its IANA name; null is the machine's. */
export function calendarOf(timeZone: string | null): Calendar {
  if (timeZone === null) return machineCalendar;
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (now) => {
    invariant(!Number.isNaN(now.getTime()), 'the clock gives no usable date');
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
    return dayOf(Number(parts.get('year')), Number(parts.get('month')), Number(parts.get('day')));
  };
}

/** Whether this machine knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function machineCalendar(now: Date): string {
  return dayOf(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

function dayOf(year: number, month: number, day: number): string {
  // Four digits of year are what makes the keys sort as dates. An invalid date fails here, too.
  invariant(year >= 1000 && year <= 9999, 'the clock gives no usable date');
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
}
