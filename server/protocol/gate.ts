import * as z from 'zod/mini';
import { clientRequest } from './message.ts';

export const severity = z.enum(['high', 'medium', 'low']);
export type Severity = z.infer<typeof severity>;

/** What a gate or a reviewer found, at a place in the workspace (path relative to its root, line from 1). */
export const finding = z.strictObject({
  id: z.string(),
  /** The gate or the agent that found it. */
  source: z.string(),
  rule: z.string(),
  severity,
  message: z.string(),
  path: z.nullable(z.string()),
  line: z.nullable(z.int()),
});
export type Finding = Readonly<z.infer<typeof finding>>;

/** Every gate that a profile or a policy can ask for. */
export const gateIds = ['tests', 'secrets', 'coverage', 'peer_review', 'performance'] as const;
export type GateId = (typeof gateIds)[number];

/** `inconclusive` and `skipped` are never a pass. */
export const gateStatus = z.enum(['passed', 'failed', 'inconclusive', 'skipped']);

export const gateResult = z.strictObject({
  id: z.string(),
  isRequired: z.boolean(),
  status: gateStatus,
  /** The command line that was run, or null for a gate that runs none. */
  command: z.nullable(z.string()),
  exitCode: z.nullable(z.int()),
  durationMs: z.number(),
  findings: z.array(finding),
  /** One sentence for people: why it failed or could not decide. */
  summary: z.string(),
});
export type GateResult = Readonly<z.infer<typeof gateResult>>;

export const verdict = z.enum(['VERIFIED', 'CONCERNS', 'BLOCKED']);
export type Verdict = z.infer<typeof verdict>;

/** The gates of the latest run of a workspace, or of the last time they were run by hand. */
export const gateState = z.strictObject({
  runId: z.nullable(z.string()),
  profile: z.string(),
  at: z.nullable(z.string()),
  verdict: z.nullable(verdict),
  gates: z.array(gateResult),
  /** Findings of reviewers that are open. */
  findings: z.array(finding),
});
export type GateState = Readonly<z.infer<typeof gateState>>;

export const gateRead = clientRequest('loki/gate/read', z.strictObject({ workspace: z.string() }), gateState);
