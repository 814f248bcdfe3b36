import type { FailureCode } from '#protocol/failure';
import type { RunEvent } from '#protocol/run';
import type { Evidence } from '../audit/evidence.ts';
import type { Clock } from '../base/clock.ts';
import { newActionId } from '../base/id.ts';
import { boundInputTokens } from '../cost/bound.ts';
import { describeAlert } from '../cost/budget.ts';
import type { Ledger, Reservation } from '../cost/ledger.ts';
import type { CostLimits } from '../cost/limits.ts';
import { toUsd } from '../cost/money.ts';
import type { Rates } from '../cost/rates.ts';
import type { ModelAnswer, ModelRequest, ProposedCall } from '../models/conversation.ts';
import type { Model } from '../models/model.ts';
import { modelCallOf } from '../models/modelCall.ts';
import { decideRetry } from '../models/retry.ts';
import { actorName } from '../policy/actor.ts';
import { authorize } from '../policy/authorize.ts';
import type { Approver } from './approver.ts';
import { askApproval } from './askApproval.ts';
import type { ContentScan } from './contentScan.ts';
import type { Judge } from './judge.ts';
import type { Recorder } from './recorder.ts';
import type { Situation } from './situation.ts';
import { createSpender } from './spender.ts';

// Model requests on the one path: scan and evaluate, reserve the worst case, authorize the final request, intent with
// the reservation, send, settle, outcome. Every attempt is an action of its own with a reservation of its own.

export interface ModelGatewayDeps {
  readonly judge: Judge;
  readonly approver: Approver;
  readonly recorder: Recorder;
  readonly evidence: Evidence;
  readonly scan: ContentScan;
  readonly ledger: Ledger;
  readonly limits: CostLimits;
  /** The absolute workspace root that spend is counted under. */
  readonly project: string;
  readonly clock: Clock;
  readonly tell: (event: RunEvent) => void;
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

  return {
    request: async (situation, priced, request, signal) => {
      const secrets = await deps.scan.find(requestText(request));
      for (let attempt = 1; ; attempt += 1) {
        if (signal.aborted) return { kind: 'cancelled' };
        const answer = await attemptOnce(situation, priced, request, secrets.rules, signal);
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
    secretRules: readonly string[],
    signal: AbortSignal,
  ): Promise<Exclude<ModelResult, { kind: 'failed' }> | Extract<ModelAnswer, { kind: 'failed' }>> {
    const { endpoint } = model;
    const actionId = newActionId();
    const draft = modelCallOf(endpoint, request);
    const drafted = await deps.judge(situation.actor, draft);
    if (drafted.kind === 'DENY') {
      await deps.recorder.decision(situation, actionId, draft, drafted);
      return { kind: 'refused', reason: drafted.reason };
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

    const inputBound = boundInputTokens(request);
    const reservation = deps.ledger.reserve({
      runId: situation.runId,
      taskId: situation.taskId,
      project: deps.project,
      agent: actorName(situation.actor),
      swarm: situation.actor.kind === 'agent' ? situation.actor.swarm : 'loki',
      phase: situation.phase ?? 'none',
      provider: endpoint.provider,
      model: endpoint.model,
      isSimulated: endpoint.isSimulated,
      rates,
      inputBound,
      wantedOutputTokens,
      minimumOutputTokens,
      limits: deps.limits,
    });
    if (reservation.kind === 'over') return await pause(situation, reservation);

    const action = { ...draft, maxOutputTokens: reservation.maxOutputTokens };
    let isHeld = true;
    try {
      const decision = await deps.judge(situation.actor, action);
      if (decision.kind === 'DENY') {
        await deps.recorder.decision(situation, actionId, action, decision);
        return { kind: 'refused', reason: decision.reason };
      }
      if (decision.kind === 'REQUIRE_APPROVAL') {
        await deps.recorder.decision(situation, actionId, action, decision);
        const said = await askApproval(deps, situation, action, decision, signal);
        await deps.recorder.approval(situation, actionId, action, said);
        if (signal.aborted) return { kind: 'cancelled' };
        if (said.outcome !== 'approved') {
          return { kind: 'refused', reason: `The model request was not approved: ${said.why ?? said.outcome}` };
        }
      }
      const permit = authorize(action, decision, situation.runId, {
        outcome: 'approved',
        actionDigest: decision.actionDigest,
      });
      await deps.recorder.intent(situation, actionId, action, decision, {
        provider: endpoint.provider,
        model: endpoint.model,
        simulated: endpoint.isSimulated,
        ...(choice === undefined ? {} : { tier: choice.tier, model_reason: choice.reason }),
        reservation_id: reservation.reservationId,
        reserved_usd: toUsd(reservation.amount),
        max_output_tokens: reservation.maxOutputTokens,
        input: await keepRequest(deps.evidence, deps.scan, request),
      });
      spend(permit);
      isHeld = false;
      return await send(situation, actionId, model, permit, request, reservation, signal);
    } finally {
      if (isHeld) deps.ledger.release(reservation.reservationId);
    }
  }

  async function send(
    situation: Situation,
    actionId: string,
    model: Model,
    permit: Parameters<Model['send']>[0],
    request: ModelRequest,
    reservation: Extract<Reservation, { kind: 'reserved' }>,
    signal: AbortSignal,
  ): Promise<Exclude<ModelResult, { kind: 'failed' }> | Extract<ModelAnswer, { kind: 'failed' }>> {
    const startedMs = deps.clock.elapsedMs();
    let answer: ModelAnswer;
    try {
      answer = await model.send(permit, request, () => undefined, signal);
    } catch (error) {
      // A bug, and no answer: nobody knows what is owed, so all of it is.
      const { amount } = deps.ledger.settle(reservation.reservationId, null);
      await deps.recorder.outcome(situation, actionId, permit.action, {
        result: 'failed',
        durationMs: deps.clock.elapsedMs() - startedMs,
        output: null,
        extra: { cost_usd: toUsd(amount), simulated: model.endpoint.isSimulated },
      });
      throw error;
    }
    const isOwed = answer.kind !== 'unsent' && !(answer.kind === 'failed' && answer.isUnbilled);
    const usage = answer.kind === 'answered' || answer.kind === 'cut' ? answer.usage : null;
    const settled = isOwed ? deps.ledger.settle(reservation.reservationId, usage) : null;
    if (!isOwed) deps.ledger.release(reservation.reservationId);

    await deps.recorder.outcome(situation, actionId, permit.action, {
      result: answer.kind,
      durationMs: deps.clock.elapsedMs() - startedMs,
      output: answer.kind === 'answered' ? await keepAnswer(deps.evidence, deps.scan, answer) : null,
      extra: {
        provider: model.endpoint.provider,
        model: model.endpoint.model,
        input_tokens: usage?.input ?? null,
        output_tokens: usage?.output ?? null,
        cost_usd: settled === null ? 0 : toUsd(settled.amount),
        simulated: model.endpoint.isSimulated,
        ...(settled?.isOverrun === true ? { overrun: true } : {}),
        ...(answer.kind === 'failed' ? { reason: answer.message } : {}),
      },
    });
    tellCost(situation, model.endpoint.isSimulated);
    for (const alert of [...reservation.alerts, ...(settled?.alerts ?? [])]) {
      deps.tell({ type: 'notice', level: 'warning', message: describeAlert(alert) });
    }
    if (settled?.isOverrun === true) {
      return { kind: 'paused', reason: 'The provider counted more than was reserved for a request; check the ledger' };
    }
    switch (answer.kind) {
      case 'answered':
        return { kind: 'answered', text: answer.text, calls: answer.calls, finish: answer.finish };
      case 'unsent':
        return { kind: 'cancelled' };
      case 'cut':
        if (answer.because === 'cancelled') return { kind: 'cancelled' };
        return {
          kind: 'failed',
          code: 'provider_unreachable',
          message: `The answer of ${model.endpoint.provider} broke off`,
          isRetryable: true,
          retryAfterMs: null,
          isUnbilled: false,
        };
      case 'failed':
        return answer;
    }
  }

  async function pause(
    situation: Situation,
    over: Extract<Reservation, { kind: 'over' }>,
  ): Promise<Extract<ModelResult, { kind: 'paused' }>> {
    const spent = toUsd(over.spent).toFixed(4);
    const reason = `The limit of $${toUsd(over.limit).toFixed(2)} for this ${over.window} does not afford another request ($${spent} spent)`;
    await deps.recorder.host(situation, 'budget_pause', null, {
      window: over.window,
      limit_usd: toUsd(over.limit),
      spent_usd: toUsd(over.spent),
      reserved_usd: toUsd(over.reserved),
      reason,
    });
    return { kind: 'paused', reason };
  }

  function tellCost(situation: Situation, isSimulated: boolean): void {
    const { spent, reserved, tokens } = deps.ledger.spentOnTask(situation.taskId, isSimulated);
    deps.tell({
      type: 'cost',
      costUsd: toUsd(spent),
      reservedUsd: toUsd(reserved),
      limitUsd: deps.limits.maxPerTask === null ? null : toUsd(deps.limits.maxPerTask),
      tokens,
    });
  }
}

/** Everything of a request that is text, for the secret scan. */
function requestText(request: ModelRequest): string {
  return [request.instructions, ...request.turns.map((turn) => JSON.stringify(turn))].join('\n');
}

/** Keeps each turn once and a list of their digests, so that a long conversation does not grow by its square. */
async function keepRequest(evidence: Evidence, scan: ContentScan, request: ModelRequest): Promise<unknown> {
  const keep = async (value: unknown): Promise<string> =>
    (await evidence.put(await scan.redact(JSON.stringify(value)))).sha256;
  const list = {
    instructions: await keep(request.instructions),
    tools: await keep(request.tools),
    turns: await Promise.all(request.turns.map(keep)),
  };
  return await evidence.put(JSON.stringify(list));
}

async function keepAnswer(
  evidence: Evidence,
  scan: ContentScan,
  answer: Extract<ModelAnswer, { kind: 'answered' }>,
): ReturnType<Evidence['put']> {
  return await evidence.put(await scan.redact(JSON.stringify({ text: answer.text, calls: answer.calls })));
}
