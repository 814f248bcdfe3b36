import type { ApprovalRequest } from '#protocol/approval';
import { visible, visibleLine } from '#protocol/visible';
import { plainWords } from './visible.ts';
import { placeOf, timeOf, wish } from './words.ts';

/** A notification shows about this much; what does not fit must be read on the page before anybody approves it. */
const longestShown = 400;

export interface Question {
  readonly words: string;
  /** False when not all of the action is in the words: then it can be approved only where all of it is shown. */
  readonly isComplete: boolean;
}

/** What a person is asked: who wants what, which rule asks and where it stands, and until when. */
export function questionOf({ agent, action, reason, rules, expiresAt }: ApprovalRequest): Question {
  const whole = visible(wish(action).replaceAll(/\s*\n\s*/g, ' ⏎ '));
  const isComplete = whole.length <= longestShown;
  const wanted = isComplete ? whole : `${whole.slice(0, longestShown)}… (shortened: all of it is on the task page)`;
  const asking = rules.filter(({ decision }) => decision === 'REQUIRE_APPROVAL');
  const places = asking.map(({ rule, source }) => `${rule} (${placeOf(source)})`).join(', ');
  const because = visibleLine(reason, 200).replace(/\.$/, '');
  const rule = places === '' ? '' : ` Rule: ${visibleLine(places, 160)}.`;
  return {
    words: plainWords(`Loki: ${agent} wants to ${wanted} — ${because}.${rule} Open until ${timeOf(expiresAt)}.`),
    isComplete,
  };
}
