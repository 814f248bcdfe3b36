import * as z from 'zod/mini';
import { action } from './action.ts';
import { clientRequest, serverRequest } from './message.ts';
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

/** A person's answer on its way from the editor. `task` covers the same action for the rest of the task. */
export const approvalAnswerParams = z.strictObject({
  approvalId: z.string(),
  outcome: z.enum(['approved', 'denied']),
  scope: z.enum(['once', 'task']),
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
