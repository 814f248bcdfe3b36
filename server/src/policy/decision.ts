import type { DecisionKind, RuleAnswer } from '#protocol/policy';

/** What policy answered about one action, tied to that action and to the policy that spoke. */
export interface Decision {
  readonly kind: DecisionKind;
  /** One sentence for the person and the agent; never names what the agent may not see. */
  readonly reason: string;
  /** Every rule that spoke, the most severe first. */
  readonly answers: readonly RuleAnswer[];
  readonly actionDigest: string;
  readonly policyHash: string;
}
