import type { RuleAnswer } from '#protocol/policy';
import { visibleLine } from '#protocol/visible';
import { ask, bySeverity, deny, reasonOf } from './answer.ts';
import type { Decision } from './decision.ts';
import type { Intent, PathMark } from './intent.ts';

/** What a person denied in this run. */
export interface DeniedIntent {
  readonly denialId: string;
  readonly title: string;
  readonly by: string;
  readonly why: string | null;
  readonly deniedAt: string;
  readonly actionDigest: string;
  readonly intent: Intent;
}

/** After so many denials the same thing is refused without asking. */
const mostDenials = 2;

/** The denials that an action would get around, whatever tool or spelling it comes in, the latest last. */
export function denialsOf(
  attempt: Intent,
  actionDigest: string,
  denied: readonly DeniedIntent[],
): readonly DeniedIntent[] {
  return denied.filter((denial) => denial.actionDigest === actionDigest || isSameIntent(attempt, denial.intent));
}

/**
 * The decision with what follows from the denials it would get around: once denied it asks and says so, even where the
 * rules allow it; denied again it is refused. Never milder than before.
 */
export function escalate(decision: Decision, denials: readonly DeniedIntent[]): Decision {
  const last = denials.at(-1);
  if (last === undefined) return decision;
  const what = `“${visibleLine(last.title, 100)}”`;
  const answer: RuleAnswer =
    denials.length < mostDenials
      ? ask({
          rule: 'denied-before',
          reason: `a person denied ${what} before in this task, and this comes to the same`,
          remedy: 'approve it now, or deny it once more: then it is not asked again',
        })
      : deny({
          rule: 'denied-before',
          reason: `a person denied it ${denials.length} times in this task, last as ${what}`,
          remedy: 'do something else; a person can start a new task that asks for it',
        });
  const answers = bySeverity([...decision.answers, answer]);
  const kind = answers[0]?.decision ?? 'DENY';
  return { ...decision, kind, answers, reason: reasonOf(answers) };
}

/** Whether an action would bring about what another one was denied for: the same command, host, branch or path. */
export function isSameIntent(attempt: Intent, denied: Intent): boolean {
  return (
    shares(attempt.commands, denied.commands) ||
    shares(attempt.hosts, denied.hosts) ||
    shares(attempt.others, denied.others) ||
    isPushAll(attempt, denied) ||
    changesTheSame(attempt, denied) ||
    (denied.isReading && shares([...attempt.reads, ...attempt.touches], denied.reads))
  );
}

function changesTheSame(attempt: Intent, denied: Intent): boolean {
  if (overlaps(attempt.writes, denied.writes) || overlaps(attempt.deletes, denied.deletes)) return true;
  const wanted = [...attempt.writes, ...attempt.deletes].map(({ path }) => path);
  const refused = [...denied.writes, ...denied.deletes].map(({ path }) => path);
  return shares([...wanted, ...attempt.touches], refused);
}

function overlaps(some: readonly PathMark[], others: readonly PathMark[]): boolean {
  return some.some((a) => others.some((b) => a.path === b.path || isBelow(a, b) || isBelow(b, a)));
}

function isBelow(inner: PathMark, outer: PathMark): boolean {
  return outer.isWhole && inner.path.startsWith(`${outer.path}/`);
}

/** A push of everything pushes what was denied too. */
function isPushAll(attempt: Intent, denied: Intent): boolean {
  const pushes = (intent: Intent): boolean => intent.others.some((other) => other.startsWith('push '));
  return pushes(denied) && attempt.others.some((other) => other === 'push *' || other === 'push every');
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return others.length > 0 && some.some((one) => others.includes(one));
}
