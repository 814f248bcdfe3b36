import type { FromTaskPage } from '#protocol/page';
import type { RunSummary } from '#protocol/task';
import { isUnderWay } from './settle.ts';

export type Deed = Extract<FromTaskPage, { type: 'run' }>['deed'];

export interface DeedOffer {
  readonly deed: Deed;
  readonly label: string;
  readonly isPrimary: boolean;
  /** Why it makes no sense now; null when it does. */
  readonly obstacle: string | null;
}

/** What a person may do with a run where it stands. Whether it happens, Loki decides anew when it is asked for. */
export function deedOffers(summary: RunSummary, isShortOfMoney = false): readonly DeedOffer[] {
  const { state, outcome, branch, result } = summary;
  if (isUnderWay(summary)) {
    return [
      offer('cancel', 'Cancel task', null),
      offer('showChanges', 'Show changes', branch === null ? 'There is no branch yet' : null),
      offer('showAudit', 'Open audit log', null),
    ];
  }
  const closed =
    outcome === 'accepted'
      ? 'The result is in your branch already'
      : outcome === 'discarded'
        ? 'The result was discarded'
        : null;
  const isEmpty = result !== null && result.filesChanged.length === 0;
  const nothing = branch === null ? 'The run has no branch' : isEmpty ? 'The run changed no file' : null;
  const isVerified = state === 'finished' && result?.verdict === 'VERIFIED';
  const canResume = state !== 'finished' && closed === null;
  return [
    ...(state === 'finished'
      ? [offer('accept', acceptLabel(summary), closed ?? nothing, isVerified && closed === null && nothing === null)]
      : [offer('resume', 'Resume', canResume ? null : closed, canResume && !isShortOfMoney)]),
    offer('showChanges', 'Show changes', outcome === 'discarded' ? closed : nothing),
    offer('discard', 'Discard…', closed ?? (branch === null ? 'The run has no branch' : null)),
    offer('showAudit', 'Open audit log', null),
    offer('showLog', 'Show log', null),
  ];
}

function acceptLabel({ result }: RunSummary): string {
  return result?.verdict === 'BLOCKED' ? 'Accept although blocked…' : 'Accept into your branch';
}

function offer(deed: Deed, label: string, obstacle: string | null, isPrimary = false): DeedOffer {
  return { deed, label, obstacle, isPrimary };
}
