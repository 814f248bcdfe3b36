import type { Action } from '#protocol/action';
import type { ApprovalAnswer } from '#protocol/approval';
import type { RunEvent } from '#protocol/run';
import type { Clock } from '../base/clock.ts';
import { digestOf } from '../base/digest.ts';
import { newActionId, randomName, type ActionId } from '../base/id.ts';
import { actorName, type Actor } from '../policy/actor.ts';
import { authorize } from '../policy/authorize.ts';
import { denialsOf, escalate, type DeniedIntent } from '../policy/deniedBefore.ts';
import { askingRules } from '../policy/grantPattern.ts';
import { intentOf } from '../policy/intent.ts';
import type { Permit } from '../policy/permit.ts';
import { redactTexts } from '../scan/redactTexts.ts';
import type { ActionResult } from './actionResult.ts';
import type { ApprovalMemory } from './approvalMemory.ts';
import type { Approver } from './approver.ts';
import { askApproval } from './askApproval.ts';
import type { ContentScan } from './contentScan.ts';
import { titleOf } from './describeAction.ts';
import { coveringGrant } from './grant.ts';
import type { Judge, Judged } from './judge.ts';
import type { Recorder } from './recorder.ts';
import { showAction, type Show } from './showAction.ts';
import type { Situation } from './situation.ts';

// An action on its way to its permit: decided, asked about where the rules want that, and recorded. What a person denied
// in the run counts with what the rules say. Nothing here has an effect.

export type Cleared =
  | {
      readonly kind: 'permitted';
      readonly actionId: ActionId;
      readonly decision: Judged;
      readonly permit: Permit;
      readonly show: Show;
    }
  | { readonly kind: 'stopped'; readonly result: ActionResult };

export interface Clearance {
  clear(situation: Situation, action: Action, signal: AbortSignal): Promise<Cleared>;
  /**
   * Puts the questions about several actions of one step together, where there is more than one. Each gets an answer of
   * its own, which counts once, for this very action, when its turn comes, if the same is still asked then.
   */
  askTogether(situation: Situation, actions: readonly Action[], signal: AbortSignal): Promise<void>;
}

export interface ClearanceDeps {
  readonly judge: Judge;
  readonly approver: Approver;
  readonly recorder: Recorder;
  readonly scan: ContentScan;
  readonly memory: ApprovalMemory;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
}

/** One action that waits for its turn, or has it. */
interface Case {
  readonly actionId: ActionId;
  readonly decision: Judged;
  readonly denials: readonly DeniedIntent[];
  readonly show: Show;
}

interface Answered extends Case {
  readonly answer: ApprovalAnswer;
}

export function createClearance(deps: ClearanceDeps): Clearance {
  /** Answers that were given ahead, by actor and action; each is taken out when it is used. */
  const given = new Map<string, Answered[]>();

  const open = async (situation: Situation, action: Action): Promise<Case> => {
    const actionId = newActionId();
    const judged = await deps.judge(situation.actor, action, { phase: situation.phase });
    const denials = denialsFor(deps.memory, situation.actor, action, judged);
    const decision = escalate(judged, denials);
    // Not only what is denied: a path, or the text that is looked for, may carry a secret too.
    const shown = await redactTexts(action, deps.scan.redact);
    return { actionId, decision, denials, show: showAction(deps.tell, situation, actionId, shown, decision) };
  };

  const put = async (
    situation: Situation,
    action: Action,
    asked: Case,
    signal: AbortSignal,
    batch?: { readonly batchId: string; readonly size: number },
  ): Promise<Answered> => {
    const { actionId, decision, denials, show } = asked;
    await deps.recorder.decision(situation, actionId, action, decision);
    show('awaiting', decision.reason);
    const facts = decision.facts;
    const about = { ...deps, actionId, facts, deniedBefore: denials.at(-1), ...(batch === undefined ? {} : { batch }) };
    const answer = await askApproval(about, situation, action, decision, signal);
    await deps.recorder.approval(situation, actionId, action, answer, decision);
    await remember(deps, situation.actor, action, asked, answer);
    return { ...asked, answer };
  };

  const clear: Clearance['clear'] = async (situation, action, signal) => {
    const ahead = given.get(keyOf(situation.actor, action))?.shift() ?? null;
    if (ahead !== null && ahead.answer.outcome !== 'approved') return refusedBy(ahead.answer, ahead.show);
    const now = await open(situation, action);
    const { decision } = now;
    if (decision.kind === 'DENY') {
      await deps.recorder.decision(situation, now.actionId, action, decision);
      now.show('refused', decision.reason);
      return stopped(refusalOf(decision));
    }
    if (decision.kind === 'ALLOW') {
      const permit = authorize(action, decision, situation.runId);
      return signal.aborted ? stopped({ kind: 'cancelled' }) : { kind: 'permitted', ...now, permit };
    }
    const isAnswered = ahead !== null && isSameQuestion(ahead.decision, decision);
    const { answer, ...asked } = isAnswered ? ahead : await put(situation, action, now, signal);
    if (answer.outcome !== 'approved') return refusedBy(answer, asked.show);
    // A person takes minutes to answer: what is refused by now, or stands under another policy, is not what they approved.
    const again = await deps.judge(situation.actor, action, { phase: situation.phase });
    if (again.kind === 'DENY' || !asksNothingNew(again, decision)) {
      asked.show('expired', 'The rules have changed since it was approved');
      return await clear(situation, action, signal);
    }
    const { actionDigest, policyHash } = asked.decision;
    const permit = authorize(action, decision, situation.runId, { outcome: 'approved', actionDigest, policyHash });
    return signal.aborted ? stopped({ kind: 'cancelled' }) : { kind: 'permitted', ...asked, permit };
  };

  return {
    clear,
    askTogether: async (situation, actions, signal) => {
      forgetAhead(given, situation.actor);
      const asked: { readonly action: Action; readonly opened: Case }[] = [];
      for (const action of actions) {
        const opened = await open(situation, action);
        const { decision } = opened;
        if (decision.kind !== 'REQUIRE_APPROVAL') continue;
        const facts = decision.facts ?? null;
        const question = { agent: actorName(situation.actor), action, decision, facts };
        if (coveringGrant(deps.memory.grants(), question, deps.clock.now()) === null) asked.push({ action, opened });
      }
      if (asked.length < 2) return;
      const batch = { batchId: `batch-${randomName()}`, size: asked.length };
      const answers = await Promise.all(
        asked.map(async ({ action, opened }) => await put(situation, action, opened, signal, batch)),
      );
      for (const [index, answered] of answers.entries()) {
        const action = asked[index]?.action;
        if (action === undefined) continue;
        const key = keyOf(situation.actor, action);
        given.set(key, [...(given.get(key) ?? []), answered]);
      }
    },
  };
}

function stopped(result: ActionResult): Cleared {
  return { kind: 'stopped', result };
}

/** What is refused because a person denied it is not to be tried another way. */
function refusalOf({ reason, answers: [first] }: Judged): ActionResult {
  const isDenied = first?.rule === 'denied-before';
  return { kind: 'refused', reason, remedy: first?.remedy ?? null, ...(isDenied ? { isFinal: true } : {}) };
}

function refusedBy(answer: Exclude<ApprovalAnswer, { outcome: 'approved' }>, show: Show): Cleared {
  show(answer.outcome, answer.why);
  return stopped(
    answer.outcome === 'denied' ? { kind: 'denied', why: answer.why } : { kind: 'expired', why: answer.why },
  );
}

/** What was answered ahead in a step before and never came to its turn counts no more. */
function forgetAhead(given: Map<string, Answered[]>, actor: Actor): void {
  for (const key of given.keys()) if (key.startsWith(`${actorName(actor)}\n`)) given.delete(key);
}

function keyOf(actor: Actor, action: Action): string {
  return `${actorName(actor)}\n${digestOf(action)}`;
}

/** Whether the rules ask the same as when it was answered, under the same policy. */
function isSameQuestion(before: Judged, now: Judged): boolean {
  return before.policyHash === now.policyHash && digestOf(before.answers) === digestOf(now.answers);
}

/** Whether all that is asked about an action now was asked of the person who has answered, under the same policy. */
function asksNothingNew(now: Judged, answered: Judged): boolean {
  const known = new Set(askingRules(answered).map((answer) => digestOf(answer)));
  return now.policyHash === answered.policyHash && askingRules(now).every((answer) => known.has(digestOf(answer)));
}

/** What agents were denied; Loki's own acts get around nothing. */
function denialsFor(memory: ApprovalMemory, actor: Actor, action: Action, judged: Judged): readonly DeniedIntent[] {
  if (actor.kind === 'loki' || judged.kind === 'DENY') return [];
  const denied = memory.denials();
  if (denied.length === 0) return [];
  return denialsOf(intentFor(action, judged), judged.actionDigest, denied);
}

function intentFor(action: Action, { facts }: Judged) {
  return intentOf(action, facts ?? { paths: new Map(), secretRules: [], hasRedactionMarker: false });
}

/** A no counts for the rest of the run, until a person says yes to the same. */
async function remember(
  { memory, scan, clock }: ClearanceDeps,
  actor: Actor,
  action: Action,
  { decision, denials }: Case,
  answer: ApprovalAnswer,
): Promise<void> {
  if (answer.outcome === 'approved') memory.liftDenials(denials.map(({ denialId }) => denialId));
  if (answer.outcome !== 'denied') return;
  const { by, why } = answer;
  const said = await redactTexts({ title: titleOf(action), by, why }, scan.redact);
  // Questions that were put together are denied together: that is one no, not a second try.
  if (denialsFor(memory, actor, action, decision).length > denials.length) return;
  memory.keepDenial({
    denialId: `denial-${randomName()}`,
    ...said,
    deniedAt: clock.now().toISOString(),
    actionDigest: decision.actionDigest,
    intent: intentFor(action, decision),
  });
}
