import type { BurnDown } from '#protocol/cost';
import { dayAndTime } from '../shared/moment.ts';
import { money } from '../shared/money.ts';

/** Everything that the picture of a window shows, in sentences: the picture adds nothing for those who cannot see it. */
export function burnWords({ state, window }: BurnDown, alertThreshold: number): readonly string[] {
  const { spentUsd, reservedUsd, limitUsd, forecast } = state;
  const spent =
    limitUsd === null
      ? `${money(spentUsd)} spent; no limit is set`
      : `${money(spentUsd)} of ${money(limitUsd)} spent (${share(spentUsd, limitUsd)}), warns at ${money(limitUsd * alertThreshold)}`;
  const reserved = reservedUsd > 0 ? [`${money(reservedUsd)} is reserved for requests under way.`] : [];
  const rate = forecast?.ratePerMinuteUsd ?? 0;
  const going =
    rate > 0 ? [`${money(rate)} a minute over the last ten minutes.`] : ['Nothing was spent in the last ten minutes.'];
  const exhaustedAt = forecast?.exhaustedAt ?? null;
  const exhausted = exhaustedAt === null ? [] : [`At this rate the limit is reached at ${dayAndTime(exhaustedAt)}.`];
  const resetsAt = forecast?.resetsAt ?? null;
  const resets = resetsAt === null ? [] : [`The ${window} starts anew at ${dayAndTime(resetsAt)}.`];
  return [`${spent}.`, ...reserved, ...going, ...exhausted, ...resets];
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1 ? 'less than 1 %' : `${Math.floor(percent)} %`;
}
