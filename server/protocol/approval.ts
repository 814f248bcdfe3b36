import * as z from 'zod/mini';
import { action } from './action.ts';
import { clientRequest, serverRequest } from './message.ts';
import { ruleAnswer } from './policy.ts';

/**
 * How far a yes reaches: this action now; this very action for the rest of the task; or, for the rest of the task, what the
 * request's `pattern` says in words.
 */
export const approvalScope = z.enum(['once', 'task', 'pattern']);
export type ApprovalScope = z.infer<typeof approvalScope>;

/** A person's no to something that is now tried again. */
export const deniedBefore = z.strictObject({
  title: z.string(),
  by: z.string(),
  why: z.nullable(z.string()),
  deniedAt: z.string(),
});

/** What a person is asked. `actionDigest` and `policyHash` tie the answer to these very arguments under this policy. */
export const approvalRequest = z.strictObject({
  approvalId: z.string(),
  runId: z.string(),
  agent: z.string(),
  action,
  actionDigest: z.string(),
  reason: z.string(),
  rules: z.array(ruleAnswer),
  expiresAt: z.string(),
  /** The action as the events of the run call it. */
  actionId: z.exactOptional(z.string()),
  policyHash: z.exactOptional(z.string()),
  askedAt: z.exactOptional(z.string()),
  /** What the scope `pattern` would cover, in words; absent where no pattern clearly covers such an action. */
  pattern: z.exactOptional(z.string()),
  deniedBefore: z.exactOptional(deniedBefore),
  /** Questions of one step that are put together, and may be answered together. */
  batch: z.exactOptional(z.strictObject({ batchId: z.string(), size: z.int().check(z.positive()) })),
});
export type ApprovalRequest = Readonly<z.infer<typeof approvalRequest>>;

/** A yes that reaches beyond one action. Each action it covers is judged and approved by itself, and names it. */
export const approvalGrant = z.strictObject({
  grantId: z.string(),
  scope: z.enum(['task', 'pattern']),
  words: z.string(),
  grantedAt: z.string(),
  expiresAt: z.string(),
});
export type ApprovalGrant = Readonly<z.infer<typeof approvalGrant>>;

/** A person's answer. A refusal by policy is not an approval and never appears here. */
export const approvalAnswer = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('approved'),
    by: z.string(),
    why: z.nullable(z.string()),
    scope: z.exactOptional(approvalScope),
    /** The grant that this yes made, or that it leans on. */
    grant: z.exactOptional(approvalGrant),
  }),
  z.strictObject({ outcome: z.literal('denied'), by: z.string(), why: z.nullable(z.string()) }),
  z.strictObject({ outcome: z.literal('expired'), why: z.string() }),
]);
export type ApprovalAnswer = Readonly<z.infer<typeof approvalAnswer>>;

/** A person's answer on its way from the editor. */
export const approvalAnswerParams = z.strictObject({
  approvalId: z.string(),
  outcome: z.enum(['approved', 'denied']),
  scope: approvalScope,
  /** Told to the agent with a denial. */
  why: z.nullable(z.string().check(z.maxLength(4000))),
});
export type ApprovalAnswerParams = Readonly<z.infer<typeof approvalAnswerParams>>;

/** The client answers; `isTaken` is false when the question was answered, withdrawn or expired before. */
export const approvalAnswerRequest = clientRequest(
  'loki/approval/answer',
  approvalAnswerParams,
  z.strictObject({ isTaken: z.boolean() }),
);

/** The server asks the person something in words (an agent's question, a confirmation); null when nobody answers. */
export const questionAsk = serverRequest(
  'loki/question/ask',
  z.strictObject({ question: z.string(), kind: z.enum(['agent', 'confirmation']) }),
  z.strictObject({ answer: z.nullable(z.string().check(z.maxLength(8000))) }),
);
