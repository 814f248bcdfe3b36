import { isWarning } from '#protocol/policy';
import type { IconName } from '../shared/icon.ts';
import type { ActionItem } from './taskModel.ts';

export interface ActionWords {
  readonly icon: IconName;
  readonly tone: 'good' | 'doubtful' | 'bad' | 'busy' | 'calm';
  /** What the badge says: the decision, and how it went where that is not the same. */
  readonly badge: string;
  /** The badge in a sentence, for readers of the screen and for whoever points at it. */
  readonly meaning: string;
}

/** How an action is told apart: by a picture and by words, never by colour alone. */
export function actionWords({ state, decision, answer, rules }: ActionItem): ActionWords {
  switch (state) {
    case 'awaiting':
      return words('waiting', 'doubtful', 'Approval needed', 'A person has to approve it first');
    case 'running':
      return words('running', 'busy', 'Running', 'It was permitted and is under way');
    case 'done':
      if (answer?.outcome === 'approved' && answer.grant !== undefined) {
        return words('done', 'good', 'Approved', 'A person approved it for the rest of the task, and it is done');
      }
      return decision === 'REQUIRE_APPROVAL' || answer?.outcome === 'approved'
        ? words('done', 'good', 'Approved', 'A person approved it, and it is done')
        : rules.some(isWarning)
          ? words('done', 'doubtful', 'Allowed, with a warning', 'A policy warned of it and let it happen')
          : words('done', 'good', 'Allowed', 'The rules allow it, and it is done');
    case 'failed':
      return words('error', 'bad', 'Failed', 'It was permitted, and it did not succeed');
    case 'refused':
      return words('refused', 'bad', 'Refused by policy', 'A rule denies it, so it was not done');
    case 'denied':
      return words('denied', 'bad', 'Denied by a person', 'A person was asked and said no, so it was not done');
    case 'expired':
      return words('expired', 'doubtful', 'Expired', 'Nobody answered in time, so it was not done');
    case 'invalid':
      return words('invalid', 'doubtful', 'Invalid', 'What the model asked for could not be understood');
    case 'cancelled':
      return words('cancelled', 'calm', 'Cancelled', 'It was stopped before its end');
    case 'interrupted':
      return words(
        'cancelled',
        'doubtful',
        'Interrupted',
        'Loki stopped before it had ended, so what came of it is not known',
      );
    default:
      return state satisfies never;
  }
}

function words(icon: IconName, tone: ActionWords['tone'], badge: string, meaning: string): ActionWords {
  return { icon, tone, badge, meaning };
}
