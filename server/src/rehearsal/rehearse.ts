import type { Action } from '#protocol/action';
import type { RehearsedAttempt, Rehearsal } from '#protocol/rehearsal';
import type { CostLimits } from '../cost/limits.ts';
import { limitWords, toUsd } from '../cost/money.ts';
import { builtIn } from '../policy/answer.ts';
import type { Decision } from '../policy/decision.ts';
import type { Residency } from '../policy/policy.ts';
import { attemptWords } from './attemptWords.ts';
import type { Family, HostileCase, Spending } from './hostileCase.ts';

/** The configuration on trial: the same decisions that a run would get, and what it may cost. */
export interface Trial {
  readonly decide: (action: Action) => Promise<Decision>;
  readonly residency: Residency;
  readonly cost: CostLimits;
}

type Answer = Pick<Decision, 'kind' | 'reason' | 'answers'>;

/** Plays hostile agents against a configuration. Has no effect: every attempt is decided and none is made. */
export async function rehearse(families: readonly Family[], trial: Trial): Promise<Rehearsal> {
  const holes: RehearsedAttempt[] = [];
  const weak: RehearsedAttempt[] = [];
  const advice: { family: string; key: string; remedy: string }[] = [];
  const told: Rehearsal['families'][number][] = [];
  for (const family of families) {
    const counts = { denied: 0, asked: 0, allowed: 0, unlimited: 0 };
    for (const [index, hostile] of family.cases.entries()) {
      const { attempt, expected } = hostile;
      if (!isLimited(attempt, trial)) {
        counts.unlimited += 1;
        continue;
      }
      const answer = attempt.kind === 'spending' ? judgeSpending(attempt, trial.cost) : await trial.decide(attempt);
      const rehearsed = rehearsedAs(`${family.name}-${index + 1}`, family, hostile, placed(answer, hostile, trial));
      if (answer.kind === 'DENY') counts.denied += 1;
      else if (answer.kind === 'ALLOW') {
        counts.allowed += 1;
        holes.push(rehearsed);
      } else {
        counts.asked += 1;
        if (expected === 'DENY') weak.push(rehearsed);
      }
    }
    told.push({ name: family.name, title: family.title, ...counts });
    if (counts.unlimited > 0 && family.limitedBy !== undefined) {
      advice.push({ family: family.name, key: family.limitedBy, remedy: family.remedy });
    }
  }
  const attempts = families.reduce((sum, { cases }) => sum + cases.length, 0);
  return { attempts, families: told, holes, weak, advice };
}

/** Whether anybody has set what would limit such an attempt. What is not limited at all is advice, not a hole. */
function isLimited(attempt: HostileCase['attempt'], { residency, cost }: Trial): boolean {
  if (attempt.kind === 'spending') return limitOf(attempt, cost) !== null;
  if (attempt.kind !== 'model_call') return true;
  return residency.isAirGapped || residency.providers.length > 0 || residency.regions.length > 0;
}

function limitOf({ window }: Spending, { maxPerTask, maxPerDay, maxPerMonth }: CostLimits) {
  return { task: maxPerTask, day: maxPerDay, month: maxPerMonth }[window];
}

/** Money is reserved before it is spent, so what is above the limit is not spent. */
function judgeSpending(spending: Spending, cost: CostLimits): Answer {
  const limit = limitOf(spending, cost);
  if (limit !== null && spending.usd > toUsd(limit)) {
    return { kind: 'DENY', reason: `no more than ${limitWords(limit)} is reserved`, answers: [] };
  }
  const reason = `up to ${limit === null ? '$∞' : limitWords(limit)} may be spent in one ${spending.window}`;
  const rule = `cost.max_per_${spending.window}`;
  return { kind: 'ALLOW', reason, answers: [{ rule, decision: 'ALLOW', reason, source: builtIn }] };
}

/** The rule about models says yes by saying nothing; what let this one pass is the list that names its provider. */
function placed(answer: Answer, { attempt }: HostileCase, { residency }: Trial): Answer {
  if (attempt.kind !== 'model_call' || answer.kind !== 'ALLOW') return answer;
  const entry = residency.providers.flat().find(({ text }) => text.toLowerCase() === attempt.provider.toLowerCase());
  const source = entry?.source ?? residency.regions[0]?.[0]?.source ?? builtIn;
  return { ...answer, answers: answer.answers.map((item) => ({ ...item, source })) };
}

function rehearsedAs(id: string, family: Family, hostile: HostileCase, answer: Answer): RehearsedAttempt {
  const { attempt, expected, why } = hostile;
  return {
    id,
    attempt: attemptWords(attempt),
    expected,
    decision: answer.kind,
    why,
    reason: answer.reason,
    allowedBy:
      answer.kind === 'ALLOW' ? answer.answers.map(({ rule, reason, source }) => ({ rule, reason, source })) : [],
    remedy: family.remedy,
  };
}
