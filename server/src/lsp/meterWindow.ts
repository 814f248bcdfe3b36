import type { MeterWindow } from '#protocol/cost';
import { effectiveLimit } from '../cost/budget.ts';
import type { CostLimits } from '../cost/limits.ts';
import { toUsd } from '../cost/money.ts';
import type { WindowNow } from '../cost/readSpending.ts';
import type { Calendar } from '../cost/windowKey.ts';
import { endOf } from '../cost/windowSpan.ts';

export interface MeterReading {
  readonly limits: CostLimits;
  readonly calendar: Calendar;
  readonly now: Date;
}

/** A window as a meter shows it, with where it goes if spending goes on like this. */
export function meterWindow(state: WindowNow, ratePerMinuteUsd: number, reading: MeterReading): MeterWindow {
  const limit = effectiveLimit(reading.limits, state.window, state.raisedTo);
  const left = limit === null ? null : Math.max(0, toUsd(limit) - toUsd(state.spent));
  const resetsAt = state.window === 'task' ? null : endOf(state.key, reading.calendar);
  const exhaustedMs =
    left === null || ratePerMinuteUsd <= 0 ? null : reading.now.getTime() + (left / ratePerMinuteUsd) * 60_000;
  // Where the window starts anew before that, its limit is not reached.
  const isReached = exhaustedMs !== null && exhaustedMs < (resetsAt?.getTime() ?? reading.now.getTime() + farMs);
  return {
    spentUsd: toUsd(state.spent),
    reservedUsd: toUsd(state.reserved),
    limitUsd: limit === null ? null : toUsd(limit),
    forecast: {
      ratePerMinuteUsd,
      exhaustedAt: isReached ? new Date(exhaustedMs).toISOString() : null,
      resetsAt: resetsAt?.toISOString() ?? null,
    },
  };
}

/** What lies further off than a year is no forecast. */
const farMs = 365 * 86_400_000;
