import * as z from 'zod/mini';
import { clientRequest } from './message.ts';
import { decisionKind, ruleSource } from './policy.ts';
import { workspaceFolder } from './workspace.ts';

/** One attempt of a hostile agent, and what the configuration answers. */
const rehearsedAttempt = z.strictObject({
  id: z.string(),
  /** The action in one line, for people. */
  attempt: z.string(),
  expected: z.enum(['REQUIRE_APPROVAL', 'DENY']),
  decision: decisionKind,
  /** What the agent would gain. */
  why: z.string(),
  reason: z.string(),
  /** The rules that allowed it, where they were written; empty where it is not allowed. */
  allowedBy: z.array(z.strictObject({ rule: z.string(), reason: z.string(), source: ruleSource })),
  remedy: z.string(),
});
export type RehearsedAttempt = Readonly<z.infer<typeof rehearsedAttempt>>;

const rehearsedFamily = z.strictObject({
  name: z.string(),
  title: z.string(),
  denied: z.int(),
  asked: z.int(),
  allowed: z.int(),
  /** Nobody has set what would limit these; how many they are. */
  unlimited: z.int(),
});

/** What would get through of what hostile agents try. Decisions only: nothing is done. */
export const rehearsal = z.strictObject({
  attempts: z.int(),
  families: z.array(rehearsedFamily),
  /** What is allowed though nobody honest asks for it, the worst first. */
  holes: z.array(rehearsedAttempt),
  /** What a person is asked about and a good configuration refuses. */
  weak: z.array(rehearsedAttempt),
  /** Kinds of limits that nobody has set, and what to set. */
  advice: z.array(z.strictObject({ family: z.string(), key: z.string(), remedy: z.string() })),
});
export type Rehearsal = Readonly<z.infer<typeof rehearsal>>;

/** The client asks when a person wants to know what the configuration of a folder would let through. */
export const policyRehearse = clientRequest(
  'loki/policy/rehearse',
  z.strictObject({ workspace: workspaceFolder }),
  rehearsal,
);
