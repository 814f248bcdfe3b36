import type { BurnDown } from '#protocol/cost';

/** A burn-down in percent of its picture: time from left to right, money from the bottom up. */
export interface BurnLine {
  /** What was spent, as the points of a line of steps. */
  readonly spent: string;
  /** From now on at the present rate; null where nothing is being spent. */
  readonly projection: string | null;
  /** Heights of the limit and of the share at which people are warned; null where there is no limit. */
  readonly limitY: number | null;
  readonly thresholdY: number | null;
}

/** Room above what is highest, so that no line lies on the edge. */
const headroom = 1.1;
/** A task has no end that is known: as much lies ahead of it as behind it, within these bounds. */
const aheadMs = { least: 60_000, most: 30 * 60_000 };
/** Without a limit, how far above what was spent a picture reaches: what was spent must stay in sight. */
const projectedAbove = 3;

/** How a window was spent and where it goes, to be drawn in a picture of 100 by 100. */
export function burnLine({ state, startsAt, points }: BurnDown, at: string, alertThreshold: number): BurnLine {
  const { spentUsd, limitUsd, forecast } = state;
  const rate = forecast?.ratePerMinuteUsd ?? 0;
  const nowMs = Date.parse(at);
  const startMs = Math.min(Date.parse(startsAt), nowMs);
  const resetsAt = forecast?.resetsAt ?? null;
  const resetsMs = resetsAt === null ? null : Date.parse(resetsAt);
  const taskAheadMs = rate > 0 ? Math.min(Math.max(nowMs - startMs, aheadMs.least), aheadMs.most) : 0;
  const endMs = Math.max(resetsMs ?? nowMs + taskAheadMs, nowMs, startMs + 60_000);
  const projected = spentUsd + (rate * (endMs - nowMs)) / 60_000;
  const shownProjection = Math.min(projected, limitUsd === null ? spentUsd * projectedAbove : limitUsd * headroom);
  const top = Math.max(limitUsd ?? 0, spentUsd, rate > 0 ? shownProjection : 0, 0.000001) * headroom;
  const x = (ms: number): number =>
    rounded(((Math.min(Math.max(ms, startMs), endMs) - startMs) / (endMs - startMs)) * 100);
  const y = (usd: number): number => rounded(100 - (Math.min(usd, top) / top) * 100);

  const steps = [`0,${y(0)}`];
  let before = 0;
  for (const point of points) {
    const px = x(Date.parse(point.at));
    steps.push(`${px},${y(before)}`, `${px},${y(point.spentUsd)}`);
    before = point.spentUsd;
  }
  steps.push(`${x(nowMs)},${y(before)}`);
  // Where the line would leave the picture, it ends at its edge.
  const reachedMs = rate > 0 && projected > top ? nowMs + ((top - spentUsd) / rate) * 60_000 : endMs;
  return {
    spent: steps.join(' '),
    projection: rate > 0 ? `${x(nowMs)},${y(spentUsd)} ${x(reachedMs)},${y(Math.min(projected, top))}` : null,
    limitY: limitUsd === null ? null : y(limitUsd),
    thresholdY: limitUsd === null ? null : y(limitUsd * alertThreshold),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
