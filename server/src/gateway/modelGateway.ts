import type { FailureCode } from '#protocol/failure';
import type { Evidence } from '../audit/evidence.ts';
import type { Clock } from '../base/clock.ts';
import { newActionId } from '../base/id.ts';
import { boundInputTokens } from '../cost/bound.ts';
import type { TokenSpending } from '../cost/ledger.ts';
import { toUsd } from '../cost/money.ts';
import type { Rates } from '../cost/rates.ts';
import type { ModelRequest, ProposedCall } from '../models/conversation.ts';
import type { Model } from '../models/model.ts';
import { modelCallOf } from '../models/modelCall.ts';
import { decideRetry } from '../models/retry.ts';
import { actorName } from '../policy/actor.ts';
import { authorize } from '../policy/authorize.ts';
import { isTokenLimit, tokensLeft } from '../policy/policies/resourcePolicy.ts';
import type { Approver } from './approver.ts';
import { askApproval } from './askApproval.ts';
import { createBudgetTeller, type BudgetTellerDeps } from './budgetTeller.ts';
import type { ContentScan } from './contentScan.ts';
import { keepRequest, requestText } from './keptRequest.ts';
import type { Judge, Moment } from './judge.ts';
import type { Situation } from './situation.ts';
import { createGrants } from './grants.ts';
import { sendAndSettle, type SentResult } from './sendAndSettle.ts';
import { createSpender } from './spender.ts';

// Model requests on the one path: scan and evaluate, reserve the worst case, authorize the final request, intent with
// the reservation, send, settle, outcome. Every attempt is an action of its own with a reservation of its own.

export interface ModelGatewayDeps extends BudgetTellerDeps {
  readonly judge: Judge;
  readonly approver: Approver;
  readonly evidence: Evidence;
  readonly scan: ContentScan;
  /** The absolute workspace root that spend is counted under. */
  readonly project: string;
  /** Who the run works for, and who pays; empty where nobody is named. */
  readonly person: string;
  readonly organisation: string;
  readonly clock: Clock;
  /** Waits before another attempt; rejects when aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A model with the prices that its requests are reserved and settled at. */
export interface PricedModel {
  readonly model: Model;
  readonly rates: Rates;
  /** Why it is this one; recorded with every request and shown with the first. */
  readonly choice?: { readonly tier: string; readonly reason: string };
  /** Asked one after the other when this one fails for good (`withStandIns`). */
  readonly standIns?: readonly PricedModel[];
}

export type ModelResult =
  | {
      readonly kind: 'answered';
      readonly text: string;
      readonly calls: readonly ProposedCall[];
      readonly finish: string;
    }
  /** A limit does not afford the next request. Nothing was sent. */
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly message: string }
  | { readonly kind: 'cancelled' };

export interface ModelGateway {
  request(situation: Situation, model: PricedModel, request: ModelRequest, signal: AbortSignal): Promise<ModelResult>;
}

/** The most a single answer may take; the budget may afford less. */
const wantedOutputTokens = 16_000;
const minimumOutputTokens = 1024;

export function createModelGateway(deps: ModelGatewayDeps): ModelGateway {
  const spend = createSpender();
  const budget = createBudgetTeller(deps);
  const grants = createGrants(deps);

  return {
    request: async (situation, priced, request, signal) => {
      const text = requestText(request);
      const secrets = await deps.scan.find(text);
      const sent = { text, personal: secrets.personal ?? null };
      for (let attempt = 1; ; attempt += 1) {
        if (signal.aborted) return { kind: 'cancelled' };
        const answer = await attemptOnce(situation, priced, request, { ...sent, secretRules: secrets.rules }, signal);
        if (answer.kind !== 'failed') return answer;
        const retry = decideRetry(attempt, answer, Math.random());
        if (retry.kind === 'give_up') return { kind: 'failed', code: answer.code, message: answer.message };
        deps.tell({
          type: 'notice',
          level: 'warning',
          message: `${answer.message}; trying again in ${Math.ceil(retry.afterMs / 1000)} s`,
        });
        await deps.wait(retry.afterMs, signal).catch(() => undefined);
      }
    },
  };

  async function attemptOnce(
    situation: Situation,
    { model, rates, choice }: PricedModel,
    request: ModelRequest,
    { secretRules, ...sent }: Sent,
    signal: AbortSignal,
  ): Promise<SentResult | Extract<ModelResult, { kind: 'refused' }>> {
    const { endpoint } = model;
    const actionId = newActionId();
    const draft = modelCallOf(endpoint, request);
    const inputBound = boundInputTokens(request);
    const before = budget.usedTokens(situation, endpoint.isSimulated);
    const raisedTo = budget.raisedTokens(situation);
    const momentOf = ({ spent, reserved }: TokenSpending, outputTokens: number): Moment => ({
      phase: situation.phase,
      sent,
      ...grants.given(spent + reserved, inputBound + outputTokens, raisedTo),
    });
    const drafted = await deps.judge(situation.actor, draft, momentOf(before, minimumOutputTokens));
    if (drafted.kind === 'DENY') {
      await deps.recorder.decision(situation, actionId, draft, drafted);
      return await budget.refuse(situation, drafted, endpoint.isSimulated);
    }
    if (secretRules.length > 0) {
      await deps.recorder.malformed(
        situation,
        actionId,
        'model_call',
        `secret in the request: ${secretRules.join(', ')}`,
      );
      return { kind: 'refused', reason: `The request to the model would carry a secret (${secretRules.join(', ')})` };
    }

    // Read anew with the reservation: meanwhile other agents of the task may have made theirs.
    const used = budget.usedTokens(situation, endpoint.isSimulated);
    const left = tokensLeft(deps.policies, used.spent + used.reserved + inputBound, raisedTo);
    const reservation = deps.ledger.reserve({
      runId: situation.runId,
      taskId: situation.taskId,
      project: deps.project,
      agent: actorName(situation.actor),
      swarm: situation.actor.kind === 'agent' ? situation.actor.swarm : 'loki',
      phase: situation.phase ?? 'none',
      provider: endpoint.provider,
      model: endpoint.model,
      person: deps.person,
      organisation: deps.organisation,
      isSimulated: endpoint.isSimulated,
      rates,
      inputBound,
      wantedOutputTokens: Math.max(minimumOutputTokens, Math.min(wantedOutputTokens, left ?? wantedOutputTokens)),
      minimumOutputTokens,
      limits: deps.limits,
    });
    if (reservation.kind !== 'reserved') return await budget.pause(situation, reservation, endpoint.isSimulated);

    const action = { ...draft, maxOutputTokens: reservation.maxOutputTokens };
    let isHeld = true;
    try {
      const decision = await deps.judge(situation.actor, action, momentOf(used, reservation.maxOutputTokens));
      if (decision.kind === 'DENY') {
        await deps.recorder.decision(situation, actionId, action, decision);
        return await budget.refuse(situation, decision, endpoint.isSimulated);
      }
      if (decision.kind === 'REQUIRE_APPROVAL') {
        await deps.recorder.decision(situation, actionId, action, decision);
        const said = await askApproval({ ...deps, actionId }, situation, action, decision, signal);
        await deps.recorder.approval(situation, actionId, action, said, decision);
        if (signal.aborted) return { kind: 'cancelled' };
        if (said.outcome !== 'approved') {
          const reason = `The model request was not approved: ${said.why ?? said.outcome}`;
          return decision.answers.some(isTokenLimit) ? { kind: 'paused', reason } : { kind: 'refused', reason };
        }
        grants.agree(decision, sent);
      }
      grants.warn(decision);
      const permit = authorize(action, decision, situation.runId, {
        outcome: 'approved',
        actionDigest: decision.actionDigest,
        policyHash: decision.policyHash,
      });
      await deps.ledger.makeDurable();
      await deps.recorder.intent(situation, actionId, action, decision, {
        provider: endpoint.provider,
        model: endpoint.model,
        simulated: endpoint.isSimulated,
        ...(choice === undefined ? {} : { tier: choice.tier, model_reason: choice.reason }),
        reservation_id: reservation.reservationId,
        reserved_usd: toUsd(reservation.amount),
        max_input_tokens: inputBound,
        max_output_tokens: reservation.maxOutputTokens,
        input: await keepRequest(deps.evidence, deps.scan, request),
      });
      spend(permit);
      isHeld = false;
      const authorized = { actionId, model, permit, request, reservation };
      const sentNow = await sendAndSettle({ ...deps, budget }, situation, authorized, signal);
      await budget.alertTokens(situation, endpoint.isSimulated, before.spent);
      return sentNow;
    } finally {
      if (isHeld) deps.ledger.release(reservation.reservationId);
    }
  }
}

/** What a request sends, and what was found in it. */
interface Sent {
  readonly text: string;
  readonly personal: readonly string[] | null;
  readonly secretRules: readonly string[];
}
