import type { Action } from '#protocol/action';
import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';
import type { RunEvent } from '#protocol/run';
import type { Clock } from '../base/clock.ts';
import { randomName } from '../base/id.ts';
import { actorName } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import type { Approver } from './approver.ts';
import type { Situation } from './situation.ts';

/** How long a person has to answer. */
export const approvalTimeoutMs = 10 * 60_000;

interface AskDeps {
  readonly approver: Approver;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
  /** How long a person has, where a policy says so. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Asks about one action and answers with what was said about this very action. An approver that fails, is late or
 * answers after a cancel counts as nobody: `expired`.
 */
export async function askApproval(
  { approver, clock, tell, timeoutMs = approvalTimeoutMs }: AskDeps,
  situation: Situation,
  action: Action,
  decision: Decision,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const request: ApprovalRequest = {
    approvalId: `ask-${randomName()}`,
    runId: situation.runId,
    agent: actorName(situation.actor),
    action,
    actionDigest: decision.actionDigest,
    reason: decision.reason,
    rules: [...decision.answers],
    expiresAt: new Date(clock.now().getTime() + timeoutMs).toISOString(),
  };
  tell({ type: 'approval', request });
  const answer = await ask(approver, request, timeoutMs, signal);
  tell({ type: 'answer', approvalId: request.approvalId, answer });
  return answer;
}

async function ask(
  approver: Approver,
  request: ApprovalRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const tooLate = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await approver.decide(request, AbortSignal.any([signal, tooLate]));
    if (answer.outcome === 'approved' && (signal.aborted || tooLate.aborted)) {
      return { outcome: 'expired', why: 'The answer came too late' };
    }
    return answer;
  } catch {
    return { outcome: 'expired', why: tooLate.aborted ? 'Nobody answered in time' : 'The question was withdrawn' };
  }
}
