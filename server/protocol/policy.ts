import * as z from 'zod/mini';

export const decisionKind = z.enum(['ALLOW', 'REQUIRE_APPROVAL', 'DENY']);
export type DecisionKind = z.infer<typeof decisionKind>;

/** A decision as people read it everywhere: what a policy refuses is never called denied, which is what a person does. */
export const decisionWords: Readonly<Record<DecisionKind, string>> = {
  ALLOW: 'allowed',
  REQUIRE_APPROVAL: 'approval needed',
  DENY: 'refused',
};

/** Where a rule was written: the tier it belongs to and, for a file, the line. `default` rules are built in. */
export const ruleSource = z.strictObject({
  tier: z.enum(['managed', 'user', 'project', 'default']),
  file: z.nullable(z.string()),
  line: z.nullable(z.int()),
});
export type RuleSource = Readonly<z.infer<typeof ruleSource>>;

/**
 * One rule that spoke about an action. `remedy` says what would have to change for another answer. A `warning` lets the
 * action happen and is shown; `wouldDecide` is what a policy in monitor mode would have answered.
 */
export const ruleAnswer = z.strictObject({
  rule: z.string(),
  decision: decisionKind,
  reason: z.string(),
  remedy: z.exactOptional(z.string()),
  warning: z.exactOptional(z.literal(true)),
  wouldDecide: z.exactOptional(decisionKind),
  source: ruleSource,
});
export type RuleAnswer = Readonly<z.infer<typeof ruleAnswer>>;

/** Whether a rule let something happen that it spoke against: a warning, or a policy in monitor mode. Always shown. */
export function isWarning(answer: RuleAnswer): boolean {
  return answer.warning === true || answer.wouldDecide !== undefined;
}

/** One answer line of `loki policy check`: `violations` are the rules that spoke against it, warnings among them. */
export const policyAnswer = z.strictObject({
  decision: decisionKind,
  reason: z.string(),
  violations: z.array(ruleAnswer),
});
export type PolicyAnswer = z.infer<typeof policyAnswer>;
