import type { Meter } from '#protocol/cost';
import { usdOf } from './words.ts';

/** What the item says, for eyes and for readers of the screen. */
export function meterWords({ simulated, task, day, month, alertThreshold, isAuditDisabled }: Meter): {
  readonly text: string;
  readonly words: string;
  readonly isHigh: boolean;
} {
  const shown = task ?? day;
  const mark = simulated ? ' simulated' : '';
  const isHigh = [task, day, month].some(
    (window) => window !== null && window.limitUsd !== null && window.spentUsd >= window.limitUsd * alertThreshold,
  );
  const amount = usdOf(shown.spentUsd, shown.limitUsd);
  const about = task === null ? 'today' : 'this task';
  return {
    text: `$(credit-card) ${amount}${mark}${isAuditDisabled ? ' $(warning) audit off' : ''}`,
    words: `Loki: ${amount.replace(' / ', ' of ')} for ${about}${mark === '' ? '' : ', simulated'}${isHigh ? ', near the limit' : ''}${isAuditDisabled ? ', the audit log is switched off' : ''}`,
    isHigh,
  };
}
