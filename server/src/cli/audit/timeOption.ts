import { Failure } from '../../base/failure.ts';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A moment as it is typed: `2026-03-01T10:00:00Z`, `2026-03-01` (in UTC, as entries are shown: its beginning, or with
 * `--to` its end), or how long ago: `90m`, `2h`, `7d`, `4w`. In milliseconds since 1970.
 */
export function momentOf(option: 'from' | 'to', text: string, nowMs: number): number {
  const [, amount, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined && (unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w'))
    return nowMs - Number(amount) * unitMs[unit];
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const startMs = dateMs(`${text}T00:00:00.000Z`, text);
    if (startMs !== null) return option === 'from' ? startMs : startMs + unitMs.d - 1;
  }
  const [, date, time, fraction = '', zone] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/i.exec(text) ?? [];
  if (date !== undefined && time !== undefined) {
    // A time without a zone is one as entries show it.
    const ms = dateMs(`${date}T${time}${fraction.slice(0, 4)}${(zone ?? 'Z').toUpperCase()}`, null);
    const isWhole = fraction === '';
    // Up to 10:20:30 includes what happened within that second, and up to 10:20 all of that minute.
    const widthMs = !isWhole ? 1 : time.length > 5 ? 1000 : unitMs.m;
    if (ms !== null && dateMs(`${date}T00:00:00.000Z`, date) !== null) return option === 'from' ? ms : ms + widthMs - 1;
  }
  throw new Failure(
    'usage',
    `--${option} ${JSON.stringify(text)} is not a time; give one like 2026-03-01, 2026-03-01T10:20:00Z, 2h or 7d`,
  );
}

/** Null for a day that no calendar has, which Date would move into the next month. */
function dateMs(text: string, day: string | null): number | null {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  return day === null || new Date(ms).toISOString().startsWith(day) ? ms : null;
}
