import type { ApprovalRequest } from '#protocol/approval';
import { visibleLine, visibleWhole } from '#protocol/visible';
import { plainWords } from './visible.ts';
import { placeOf, timeOf, wish } from './words.ts';

/** A notification shows about this much; what does not fit must be read on the page before anybody approves it. */
const longestShown = 400;

export interface Question {
  readonly words: string;
  /** False when not all of the action is in the words: then it can be approved only where all of it is shown. */
  readonly isComplete: boolean;
}

/** What a person is asked: who wants what, what was denied before, which rule asks and where it stands, and until when. */
export function questionOf({ agent, action, reason, rules, expiresAt, deniedBefore }: ApprovalRequest): Question {
  const whole = visibleWhole(wish(action));
  const isComplete = whole.length <= longestShown;
  const wanted = isComplete ? whole : `${whole.slice(0, longestShown)}… (shortened: all of it is on the task page)`;
  const asking = rules.filter(({ decision }) => decision === 'REQUIRE_APPROVAL');
  const places = asking.map(({ rule, source }) => `${rule} (${placeOf(source)})`).join(', ');
  const because = visibleLine(reason, 200).replace(/\.$/, '');
  const rule = places === '' ? '' : ` Rule: ${visibleLine(places, 160)}.`;
  const before = deniedBefore === undefined ? '' : ` You denied this before: ${visibleLine(deniedBefore.title, 120)}.`;
  return {
    words: plainWords(
      `Loki: ${visibleLine(agent, 60)} wants to ${wanted} — ${because}.${before}${rule} Open until ${timeOf(expiresAt)}.`,
    ),
    isComplete,
  };
}

/** Questions of one step as one. */
export function questionOfBatch(requests: readonly ApprovalRequest[]): Question {
  const [first] = requests;
  const wanted = requests.map(({ action }, index) => `(${index + 1}) ${visibleWhole(wish(action))}`).join(' ');
  const isComplete = wanted.length <= longestShown * 2;
  const shown = isComplete ? wanted : `${wanted.slice(0, longestShown)}… (shortened: all of it is on the task page)`;
  const until = first === undefined ? '' : ` Open until ${timeOf(first.expiresAt)}.`;
  const agent = visibleLine(first?.agent ?? 'An agent', 60);
  return {
    words: plainWords(`Loki: ${agent} asks for ${requests.length} approvals together: ${shown}.${until}`),
    isComplete,
  };
}

/** What an approved pattern would cover, in words; null where none is offered. */
export function patternOf({ pattern }: ApprovalRequest): string | null {
  return pattern === undefined ? null : plainWords(visibleLine(pattern, 300));
}
