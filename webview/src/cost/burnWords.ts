import type { BurnDown, CostState } from '#protocol/cost';
import { dayAndTime } from '../shared/moment.ts';
import { money } from '../shared/money.ts';

/** Everything that the picture of a window shows, in sentences: the picture adds nothing for those who cannot see it. */
export function burnWords(
  { state, window }: BurnDown,
  { at, alertThreshold }: Pick<CostState, 'at' | 'alertThreshold'>,
): readonly string[] {
  const { spentUsd, reservedUsd, limitUsd, forecast } = state;
  const spent =
    limitUsd === null
      ? `${money(spentUsd)} spent; no limit is set`
      : `${money(spentUsd)} of ${money(limitUsd)} spent (${share(spentUsd, limitUsd)}), warns at ${money(limitUsd * alertThreshold)}`;
  const reserved = reservedUsd > 0 ? [`${money(reservedUsd)} is reserved for requests under way.`] : [];
  const rate = forecast?.ratePerMinuteUsd ?? 0;
  const exhaustedAt = forecast?.exhaustedAt ?? null;
  const exhausted = exhaustedAt === null ? [] : [`At this rate the limit is reached at ${dayAndTime(exhaustedAt)}.`];
  const resetsAt = forecast?.resetsAt ?? null;
  const ahead =
    rate > 0 && exhaustedAt === null && resetsAt !== null
      ? [`At this rate it is ${money(spentUsd + (rate * (Date.parse(resetsAt) - Date.parse(at))) / 60_000)} by then.`]
      : [];
  const resets = resetsAt === null ? [] : [`The ${window} starts anew at ${dayAndTime(resetsAt)}.`];
  return [`${spent}.`, ...reserved, ...paceWords(window, rate), ...exhausted, ...resets, ...ahead];
}

/** A task that is over has no pace. */
function paceWords(window: BurnDown['window'], rate: number): readonly string[] {
  if (rate > 0) return [`${money(rate)} a minute over the last ten minutes.`];
  return window === 'task' ? [] : ['Nothing was spent in the last ten minutes.'];
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1 ? 'less than 1 %' : `${Math.floor(percent)} %`;
}
