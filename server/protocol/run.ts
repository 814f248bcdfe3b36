import * as z from 'zod/mini';
import { action } from './action.ts';
import { approvalAnswer, approvalRequest } from './approval.ts';
import { budgetShown, tokenCount } from './cost.ts';
import { finding, gateResult, verdict } from './gate.ts';
import { failure } from './failure.ts';
import { phase } from './phase.ts';
import { decisionKind, ruleAnswer } from './policy.ts';

/** How commands are confined, in words for people. `none` is said loudly wherever it shows. */
export const confinement = z.strictObject({
  kind: z.enum(['bubblewrap', 'seatbelt', 'none']),
  detail: z.string(),
});
export type Confinement = Readonly<z.infer<typeof confinement>>;

/** How a detail begins where a sandbox is there and the self-test got out of it. */
export const notEnforcing = 'NOT ENFORCING';

/** The few words that stand where a person looks all the time; null while commands are held. */
export function confinementWarning({ kind, detail }: Confinement): string | null {
  if (kind !== 'none') return null;
  return detail.startsWith(notEnforcing) ? 'not enforcing' : 'not confined';
}

export const runStatus = z.enum(['finished', 'paused', 'cancelled', 'failed']);

/** How an action went. `refused` is policy's no, `denied` a person's, `expired` nobody's. */
export const actionState = z.enum([
  'awaiting',
  'running',
  'done',
  'failed',
  'refused',
  'denied',
  'expired',
  'invalid',
  'cancelled',
]);

const runStarted = z.strictObject({
  type: z.literal('started'),
  runId: z.string(),
  taskId: z.string(),
  task: z.string(),
  provider: z.string(),
  model: z.string(),
  simulated: z.boolean(),
  branch: z.string(),
  /** What the run starts from: the user's branch (null when detached), its commit, and their uncommitted files. */
  start: z.strictObject({
    branch: z.nullable(z.string()),
    commit: z.string(),
    uncommitted: z.int(),
    isIncluded: z.boolean(),
  }),
  profile: z.string(),
  confinement,
  limitUsd: z.nullable(z.number()),
  /** What it may cost by the tasks before it, and the most that the limits leave for it; null where nobody can tell. */
  estimate: z.exactOptional(z.strictObject({ likelyUsd: z.nullable(z.number()), worstUsd: z.nullable(z.number()) })),
});
const runPhase = z.strictObject({
  type: z.literal('phase'),
  cycle: z.int(),
  maxCycles: z.int(),
  phase,
});
const runAgent = z.strictObject({
  type: z.literal('agent'),
  cycle: z.int(),
  phase,
  agent: z.string(),
  swarm: z.string(),
  state: z.enum(['started', 'finished', 'stopped']),
  summary: z.nullable(z.string()),
});
const runSaid = z.strictObject({ type: z.literal('said'), agent: z.string(), text: z.string() });
const runAction = z.strictObject({
  type: z.literal('action'),
  actionId: z.string(),
  agent: z.string(),
  /** Null where a model's call could not be parsed into an action. */
  action: z.nullable(action),
  /** A short line for people: the tool and what it touches. */
  title: z.string(),
  state: actionState,
  decision: z.nullable(decisionKind),
  reason: z.nullable(z.string()),
  rules: z.array(ruleAnswer),
  durationMs: z.nullable(z.number()),
});
const runApproval = z.strictObject({
  type: z.literal('approval'),
  request: approvalRequest,
});
/** What was answered to a request for approval, or by a grant without asking; then no request was told. */
const runAnswer = z.strictObject({
  type: z.literal('answer'),
  approvalId: z.string(),
  actionId: z.exactOptional(z.string()),
  answer: approvalAnswer,
});
const runFinding = z.strictObject({ type: z.literal('finding'), cycle: z.int(), finding });
const runGate = z.strictObject({ type: z.literal('gate'), cycle: z.int(), gate: gateResult });
const runCost = z.strictObject({
  type: z.literal('cost'),
  costUsd: z.number(),
  reservedUsd: z.number(),
  limitUsd: z.nullable(z.number()),
  tokens: tokenCount,
});
const runNotice = z.strictObject({
  type: z.literal('notice'),
  level: z.enum(['info', 'warning']),
  message: z.string(),
  /** Where it is about a budget: whoever watches money is told, wherever they are looking. */
  budget: z.exactOptional(budgetShown),
});

/** The last line of `loki run --json`, and what a run is remembered by. */
export const runResult = z.strictObject({
  type: z.literal('result'),
  status: runStatus,
  verdict: z.nullable(verdict),
  /** Null where no run came to be: what it needs was missing. */
  runId: z.nullable(z.string()),
  taskId: z.nullable(z.string()),
  branch: z.nullable(z.string()),
  filesChanged: z.array(z.string()),
  costUsd: z.number(),
  simulated: z.boolean(),
  tokens: tokenCount,
  gates: z.array(gateResult),
  findings: z.array(finding),
  /** `disabled` where the log was switched off for this run, as far as it may be. */
  audit: z.strictObject({ valid: z.boolean(), entries: z.int(), disabled: z.optional(z.literal(true)) }),
  confinement,
  cycles: z.int(),
  /** Why it ended, in one sentence. */
  reason: z.string(),
  failure: z.nullable(failure),
});
export type RunResult = Readonly<z.infer<typeof runResult>>;

/** What a run tells while it works, in order; the last one is the result. */
export const runEvent = z.discriminatedUnion('type', [
  runStarted,
  runPhase,
  runAgent,
  runSaid,
  runAction,
  runApproval,
  runAnswer,
  runFinding,
  runGate,
  runCost,
  runNotice,
  runResult,
]);
export type RunEvent = Readonly<z.infer<typeof runEvent>>;
export type RunEventOf<K extends RunEvent['type']> = Extract<RunEvent, { type: K }>;
