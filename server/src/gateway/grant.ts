import type { Action } from '#protocol/action';
import type { ApprovalGrant } from '#protocol/approval';
import type { Decision } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';
import { askingRules, patternCovers, type GrantPattern } from '../policy/grantPattern.ts';

/** How long a grant counts, also where its task goes on for longer. */
export const grantLifetimeMs = 8 * 3_600_000;

/**
 * A person's yes that reaches beyond one action, as it is kept: for one agent in one run, under one policy, and only for
 * the questions that were put when it was given.
 */
export interface Grant extends ApprovalGrant {
  readonly agent: string;
  readonly by: string;
  readonly policyHash: string;
  readonly questions: readonly string[];
  readonly covers:
    | { readonly kind: 'action'; readonly actionDigest: string }
    | { readonly kind: 'pattern'; readonly pattern: GrantPattern };
}

/** What is asked: an action of an agent, what was decided about it, and the facts it was decided on. */
export interface Asked {
  readonly agent: string;
  readonly action: Action;
  readonly decision: Decision;
  readonly facts: Facts | null;
}

/** The grant that answers a question, or null. What is not clearly covered is asked. */
export function coveringGrant(grants: readonly Grant[], asked: Asked, now: Date): Grant | null {
  return grants.find((grant) => isCovering(grant, asked, now)) ?? null;
}

function isCovering(grant: Grant, { agent, action, decision, facts }: Asked, now: Date): boolean {
  if (grant.agent !== agent || grant.policyHash !== decision.policyHash) return false;
  // A time that cannot be read is over.
  if (!(now.getTime() < Date.parse(grant.expiresAt))) return false;
  if (!questionsOf(decision).every((question) => grant.questions.includes(question))) return false;
  const { covers } = grant;
  if (covers.kind === 'action') return covers.actionDigest === decision.actionDigest;
  return facts !== null && patternCovers(covers.pattern, action, decision, facts);
}

/** The questions that the rules put, each with the place where its rule stands. */
export function questionsOf(decision: Decision): readonly string[] {
  return askingRules(decision).map(
    ({ rule, source }) => `${rule} ${source.tier} ${source.file ?? ''}:${source.line ?? ''}`,
  );
}
