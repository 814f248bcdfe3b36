import type { Action } from '#protocol/action';
import type { ApprovalAnswer, ApprovalGrant, ApprovalRequest } from '#protocol/approval';
import type { RunEvent } from '#protocol/run';
import type { Clock } from '../base/clock.ts';
import { randomName } from '../base/id.ts';
import { actorName } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import type { DeniedIntent } from '../policy/deniedBefore.ts';
import type { Facts } from '../policy/facts.ts';
import { patternWords, proposePattern, type GrantPattern } from '../policy/grantPattern.ts';
import type { ApprovalMemory } from './approvalMemory.ts';
import type { Approver } from './approver.ts';
import { titleOf } from './describeAction.ts';
import { coveringGrant, grantLifetimeMs, questionsOf, type Grant } from './grant.ts';
import type { Situation } from './situation.ts';

/** How long a person has to answer. */
export const approvalTimeoutMs = 10 * 60_000;

interface AskDeps {
  readonly approver: Approver;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
  /** What the run has granted before; without it each question is put, and a yes reaches no further than one action. */
  readonly memory?: ApprovalMemory;
  /** How long a person has, where a policy says so. */
  readonly timeoutMs?: number | undefined;
  /** The action as the events of the run call it. */
  readonly actionId?: string;
  /** On which facts it was decided; without them no pattern is offered, and none covers it. */
  readonly facts?: Facts | undefined;
  readonly deniedBefore?: DeniedIntent | undefined;
  readonly batch?: ApprovalRequest['batch'];
}

/**
 * Asks about one action and answers with what was said about this very action. What a grant of the run clearly covers is
 * answered from it. An approver that fails, is late or answers after a cancel counts as nobody: `expired`.
 */
export async function askApproval(
  deps: AskDeps,
  situation: Situation,
  action: Action,
  decision: Decision,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const { memory, clock, tell } = deps;
  const told = deps.actionId === undefined ? {} : { actionId: deps.actionId };
  const asked = { agent: actorName(situation.actor), action, decision, facts: deps.facts ?? null };
  const grant = coveringGrant(memory?.grants() ?? [], asked, clock.now());
  if (grant !== null) {
    const answer = answerFrom(grant);
    tell({ type: 'answer', approvalId: `ask-${randomName()}`, ...told, answer });
    return answer;
  }
  const pattern = offeredPattern(deps, action, decision);
  const request = requestFor(deps, situation, action, decision, pattern);
  const { approvalId, agent, actionDigest } = request;
  memory?.keepQuestion({ approvalId, agent, title: titleOf(action), actionDigest, askedAt: clock.now().toISOString() });
  tell({ type: 'approval', request });
  const said = await ask(deps.approver, request, deps.timeoutMs ?? approvalTimeoutMs, signal);
  // What was open when its run was stopped is asked again when the run goes on.
  if (!signal.aborted) memory?.closeQuestion(approvalId);
  const answer = withReach(deps, request, decision, pattern, said);
  tell({ type: 'answer', approvalId, ...told, answer });
  return answer;
}

function answerFrom(grant: Grant): ApprovalAnswer {
  const { by, words, scope } = grant;
  const what = scope === 'task' ? 'the same action' : words;
  return {
    outcome: 'approved',
    by,
    why: `Approved before for the rest of this task: ${what}`,
    scope,
    grant: told(grant),
  };
}

function offeredPattern(
  { memory, facts, deniedBefore }: AskDeps,
  action: Action,
  decision: Decision,
): GrantPattern | null {
  // Who has denied this once is asked about this very action and nothing more.
  if (memory === undefined || facts === undefined || deniedBefore !== undefined) return null;
  return proposePattern(action, decision, facts);
}

function requestFor(
  deps: AskDeps,
  situation: Situation,
  action: Action,
  decision: Decision,
  pattern: GrantPattern | null,
): ApprovalRequest {
  const { clock, memory, deniedBefore, batch } = deps;
  const agent = actorName(situation.actor);
  const before = memory
    ?.openQuestions()
    .find((open) => open.agent === agent && open.actionDigest === decision.actionDigest);
  const now = clock.now();
  return {
    // The same question that was open when the run was stopped keeps its name.
    approvalId: batch === undefined && before !== undefined ? before.approvalId : `ask-${randomName()}`,
    runId: situation.runId,
    agent,
    action,
    actionDigest: decision.actionDigest,
    reason: decision.reason,
    rules: [...decision.answers],
    expiresAt: new Date(now.getTime() + (deps.timeoutMs ?? approvalTimeoutMs)).toISOString(),
    ...(deps.actionId === undefined ? {} : { actionId: deps.actionId }),
    policyHash: decision.policyHash,
    askedAt: now.toISOString(),
    ...(pattern === null ? {} : { pattern: patternWords(pattern) }),
    ...(deniedBefore === undefined ? {} : { deniedBefore: wordsOf(deniedBefore) }),
    ...(batch === undefined ? {} : { batch }),
  };
}

function wordsOf({ title, by, why, deniedAt }: DeniedIntent): NonNullable<ApprovalRequest['deniedBefore']> {
  return { title, by, why, deniedAt };
}

/** What an answer comes to: a yes reaches beyond its action only where it was offered, and then it is kept. */
function withReach(
  { memory, clock }: AskDeps,
  request: ApprovalRequest,
  decision: Decision,
  pattern: GrantPattern | null,
  answer: ApprovalAnswer,
): ApprovalAnswer {
  if (answer.outcome !== 'approved') return answer;
  const { by, why } = answer;
  const scope = answer.scope ?? 'once';
  if (memory === undefined || scope === 'once' || (scope === 'pattern' && pattern === null)) {
    return { outcome: 'approved', by, why, scope: 'once' };
  }
  const words = scope === 'task' || pattern === null ? 'this very action, for this agent' : patternWords(pattern);
  const now = clock.now();
  const grant: Grant = {
    grantId: `grant-${randomName()}`,
    scope,
    words,
    grantedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + grantLifetimeMs).toISOString(),
    agent: request.agent,
    by,
    policyHash: decision.policyHash,
    questions: questionsOf(decision),
    covers:
      scope === 'task' || pattern === null
        ? { kind: 'action', actionDigest: decision.actionDigest }
        : { kind: 'pattern', pattern },
  };
  memory.keepGrant(grant);
  const reach =
    scope === 'task'
      ? 'Approved for the rest of this task, for this agent and this very action'
      : `Approved for the rest of this task, for this agent: ${words}`;
  return { outcome: 'approved', by, why: why === null ? reach : `${reach}: ${why}`, scope, grant: told(grant) };
}

function told({ grantId, scope, words, grantedAt, expiresAt }: Grant): ApprovalGrant {
  return { grantId, scope, words, grantedAt, expiresAt };
}

async function ask(
  approver: Approver,
  request: ApprovalRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const tooLate = AbortSignal.timeout(timeoutMs);
  const over = AbortSignal.any([signal, tooLate]);
  // Who is asked may not listen: the question ends in time all the same.
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(over.reason);
  over.addEventListener('abort', end, { once: true });
  try {
    over.throwIfAborted();
    const answer = await Promise.race([approver.decide(request, over), ended.promise]);
    if (answer.outcome === 'approved' && over.aborted) return { outcome: 'expired', why: 'The answer came too late' };
    return answer;
  } catch {
    return { outcome: 'expired', why: tooLate.aborted ? 'Nobody answered in time' : 'The question was withdrawn' };
  } finally {
    over.removeEventListener('abort', end);
  }
}
