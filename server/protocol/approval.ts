import * as z from 'zod/mini';
import { action } from './action.ts';
import { ruleAnswer } from './policy.ts';

/** What a person is asked. `actionDigest` ties the answer to these very arguments. */
export const approvalRequest = z.strictObject({
  approvalId: z.string(),
  runId: z.string(),
  agent: z.string(),
  action,
  actionDigest: z.string(),
  reason: z.string(),
  rules: z.array(ruleAnswer),
  expiresAt: z.string(),
});
export type ApprovalRequest = Readonly<z.infer<typeof approvalRequest>>;

/** A person's answer. A refusal by policy is not an approval and never appears here. */
export const approvalAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('approved'), by: z.string(), why: z.nullable(z.string()) }),
  z.strictObject({ outcome: z.literal('denied'), by: z.string(), why: z.nullable(z.string()) }),
  z.strictObject({ outcome: z.literal('expired'), why: z.string() }),
]);
export type ApprovalAnswer = Readonly<z.infer<typeof approvalAnswer>>;
