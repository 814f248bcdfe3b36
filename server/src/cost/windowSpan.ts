import type { Calendar } from './windowKey.ts';

// When a day or a month begins and ends, as moments. Calendars differ in length and jump in summer: instead of computing
// with offsets, the moment is looked for at which the calendar turns.

const dayMs = 86_400_000;

/** The first moment after a day (`2026-03-01`) or month (`2026-03`) in this calendar. */
export function endOf(key: string, calendar: Calendar): Date {
  const from = Date.parse(key.length > 7 ? key : `${key}-01`);
  const isOver = (ms: number): boolean => calendar(new Date(ms)).slice(0, key.length) > key;
  return new Date(firstMoment(from - 2 * dayMs, from + 34 * dayMs, isOver));
}

/** Its first moment. */
export function startOf(key: string, calendar: Calendar): Date {
  const from = Date.parse(key.length > 7 ? key : `${key}-01`);
  const hasBegun = (ms: number): boolean => calendar(new Date(ms)).slice(0, key.length) >= key;
  return new Date(firstMoment(from - 2 * dayMs, from + 2 * dayMs, hasBegun));
}

/** The first moment between two, to the second, of which something is true that stays true. */
function firstMoment(before: number, after: number, isTrue: (ms: number) => boolean): number {
  let [no, yes] = [before, after];
  while (yes - no > 1000) {
    const middle = Math.floor((no + yes) / 2000) * 1000;
    if (middle <= no || middle >= yes) break;
    if (isTrue(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
