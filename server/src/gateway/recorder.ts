import type { Action } from '#protocol/action';
import type { ApprovalAnswer } from '#protocol/approval';
import { isWarning } from '#protocol/policy';
import type { AuditLog } from '../audit/log.ts';
import { actorName } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import type { Evidence, EvidenceReference } from '../audit/evidence.ts';
import { whereOf } from './describeAction.ts';
import { situationMetadata, type Situation } from './situation.ts';

/** Writes what the gateway does into the audit log: one entry per decision, approval, intent and outcome of an action. */
export interface Recorder {
  /** A decision that did not lead straight to an intent: a refusal, or a question to a person. */
  decision(situation: Situation, actionId: string, action: Action, decision: Decision): Promise<void>;
  /** A model's call that is no action at all. */
  malformed(situation: Situation, actionId: string, tool: string, problem: string): Promise<void>;
  /** Who said what, and when the answer ends to count; `decision` is what was asked about. */
  approval(
    situation: Situation,
    actionId: string,
    action: Action,
    answer: ApprovalAnswer,
    decision?: Decision,
  ): Promise<void>;
  /** Resolves once it is durable; the effect may only start then. */
  intent(situation: Situation, actionId: string, action: Action, decision: Decision, extra?: Extra): Promise<void>;
  outcome(situation: Situation, actionId: string, action: Action, outcome: RecordedOutcome): Promise<void>;
  /** Something Loki itself did or learned: a worktree, a gate, the configuration of a run. */
  host(situation: Situation, what: string, where: string | null, extra: Extra): Promise<void>;
}

type Extra = Readonly<Record<string, unknown>>;

export interface RecordedOutcome {
  readonly result: string;
  readonly durationMs: number;
  readonly output: EvidenceReference | null;
  readonly extra?: Extra;
}

/** The log redacts what it is given; evidence files are redacted here. */
export function createRecorder(log: AuditLog, evidence: Evidence, redact: (text: string) => Promise<string>): Recorder {
  const entry = async (situation: Situation, what: string, where: string | null, metadata: Extra): Promise<void> => {
    await log.append({
      who: actorName(situation.actor),
      what,
      where,
      why: situation.why,
      metadata: { ...situationMetadata(situation), ...metadata },
    });
  };
  const inputOf = async (action: Action): Promise<Extra> => {
    if (action.kind === 'model_call') return {};
    return { input: await evidence.put(await redact(JSON.stringify(action))) };
  };
  return {
    decision: async (situation, actionId, action, decision) =>
      await entry(situation, action.kind, whereOf(action), {
        stage: 'decision',
        action_id: actionId,
        ...decisionMetadata(decision),
        result: decision.kind === 'DENY' ? 'refused' : 'awaiting approval',
        ...(await inputOf(action)),
      }),
    malformed: async (situation, actionId, tool, problem) =>
      await entry(situation, 'malformed_call', tool, {
        stage: 'decision',
        action_id: actionId,
        decision: 'DENY',
        reason: problem,
        result: 'refused',
      }),
    approval: async (situation, actionId, action, answer, decision) =>
      await entry(situation, 'approval', whereOf(action), {
        stage: 'approval',
        action_id: actionId,
        action: action.kind,
        result: answer.outcome,
        by: answer.outcome === 'expired' ? null : answer.by,
        reason: answer.why,
        ...(answer.outcome === 'approved' ? reachMetadata(answer) : {}),
        ...(decision === undefined ? {} : { action_sha256: decision.actionDigest, policy_sha256: decision.policyHash }),
      }),
    intent: async (situation, actionId, action, decision, extra = {}) =>
      await entry(situation, action.kind, whereOf(action), {
        stage: 'intent',
        action_id: actionId,
        ...decisionMetadata(decision),
        ...(await inputOf(action)),
        ...extra,
      }),
    outcome: async (situation, actionId, action, { result, durationMs, output, extra = {} }) =>
      await entry(situation, action.kind, whereOf(action), {
        stage: 'outcome',
        action_id: actionId,
        result,
        duration_ms: Math.round(durationMs),
        ...(output === null ? {} : { output }),
        ...extra,
      }),
    host: entry,
  };
}

/** How far a yes reaches, and the grant that it made or leans on. */
function reachMetadata({ scope, grant }: Extract<ApprovalAnswer, { outcome: 'approved' }>): Extra {
  if (grant === undefined) return { scope: scope ?? 'once' };
  const { grantId, words, grantedAt, expiresAt } = grant;
  return { scope: grant.scope, grant: { id: grantId, covers: words, granted_at: grantedAt, expires_at: expiresAt } };
}

function decisionMetadata(decision: Decision): Extra {
  return {
    decision: decision.kind,
    reason: decision.reason,
    rules: decision.answers.map((answer) => ({
      rule: answer.rule,
      decision: answer.decision,
      ...(isWarning(answer) ? { reason: answer.reason } : {}),
      ...(answer.warning === true ? { warning: true } : {}),
      ...(answer.wouldDecide === undefined ? {} : { would_decide: answer.wouldDecide }),
      tier: answer.source.tier,
      ...(answer.source.file === null ? {} : { file: answer.source.file, line: answer.source.line }),
    })),
    action_sha256: decision.actionDigest,
    policy_sha256: decision.policyHash,
  };
}
