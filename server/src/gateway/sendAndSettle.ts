import type { Evidence } from '../audit/evidence.ts';
import type { Clock } from '../base/clock.ts';
import { noticeOfAlert } from '../cost/budgetNotice.ts';
import type { Ledger, Reservation } from '../cost/ledger.ts';
import { toUsd } from '../cost/money.ts';
import type { ModelAnswer, ModelRequest } from '../models/conversation.ts';
import type { Model } from '../models/model.ts';
import type { BudgetTeller } from './budgetTeller.ts';
import type { ContentScan } from './contentScan.ts';
import { keepAnswer } from './keptRequest.ts';
import type { Recorder } from './recorder.ts';
import type { Situation } from './situation.ts';
import { usageAttributes } from './usageAttributes.ts';

export interface SendingDeps {
  readonly ledger: Ledger;
  readonly recorder: Recorder;
  readonly evidence: Evidence;
  readonly scan: ContentScan;
  readonly clock: Clock;
  readonly budget: BudgetTeller;
}

/** A request whose intent is durable and whose worst case is reserved. */
export interface AuthorizedRequest {
  readonly actionId: string;
  readonly model: Model;
  readonly permit: Parameters<Model['send']>[0];
  readonly request: ModelRequest;
  readonly reservation: Extract<Reservation, { kind: 'reserved' }>;
}

type Failed = Extract<ModelAnswer, { kind: 'failed' }>;

export type SentResult =
  | Omit<Extract<ModelAnswer, { kind: 'answered' }>, 'usage'>
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'cancelled' }
  | Failed;

/**
 * Sends an authorized request, ends its reservation whatever comes back, and records the outcome. What is owed is what the
 * provider counted; where nobody knows, it is all that was reserved.
 */
export async function sendAndSettle(
  { ledger, recorder, evidence, scan, clock, budget }: SendingDeps,
  situation: Situation,
  { actionId, model, permit, request, reservation }: AuthorizedRequest,
  signal: AbortSignal,
): Promise<SentResult> {
  const { endpoint } = model;
  const { reservationId } = reservation;
  const startedMs = clock.elapsedMs();
  let answer: ModelAnswer;
  try {
    answer = await model.send(permit, request, () => undefined, signal);
  } catch (error) {
    // A bug, and no answer: nobody knows what is owed, so all of it is.
    const { amount } = ledger.settle(reservationId, null);
    await recorder.outcome(situation, actionId, permit.action, {
      result: 'failed',
      durationMs: clock.elapsedMs() - startedMs,
      output: null,
      extra: { reservation_id: reservationId, cost_usd: toUsd(amount), simulated: endpoint.isSimulated },
    });
    throw error;
  }
  const isOwed = answer.kind !== 'unsent' && !(answer.kind === 'failed' && answer.isUnbilled);
  const usage = answer.kind === 'answered' || answer.kind === 'cut' ? answer.usage : null;
  const settled = isOwed ? ledger.settle(reservationId, usage) : null;
  if (!isOwed) ledger.release(reservationId);

  await recorder.outcome(situation, actionId, permit.action, {
    result: answer.kind,
    durationMs: clock.elapsedMs() - startedMs,
    output: answer.kind === 'answered' ? await keepAnswer(evidence, scan, answer) : null,
    extra: {
      provider: endpoint.provider,
      model: endpoint.model,
      reservation_id: reservationId,
      input_tokens: usage?.input ?? null,
      output_tokens: usage?.output ?? null,
      cost_usd: settled === null ? 0 : toUsd(settled.amount),
      simulated: endpoint.isSimulated,
      ...usageAttributes(endpoint, usage),
      ...(settled?.isOverrun === true ? { overrun: true } : {}),
      ...(answer.kind === 'failed' ? { reason: answer.message } : {}),
    },
  });
  budget.tellCost(situation, endpoint.isSimulated);
  for (const alert of [...reservation.alerts, ...(settled?.alerts ?? [])]) {
    await budget.announce(situation, noticeOfAlert(alert));
  }
  if (settled?.isOverrun === true) {
    return { kind: 'paused', reason: 'The provider counted more than was reserved for a request; check the ledger' };
  }
  return resultOf(answer, endpoint.provider);
}

function resultOf(answer: ModelAnswer, provider: string): SentResult {
  switch (answer.kind) {
    case 'answered':
      return { kind: 'answered', text: answer.text, calls: answer.calls, finish: answer.finish };
    case 'unsent':
      return { kind: 'cancelled' };
    case 'cut':
      return answer.because === 'cancelled' ? { kind: 'cancelled' } : brokenOff(provider);
    case 'failed':
      return answer;
  }
}

function brokenOff(provider: string): Failed {
  return {
    kind: 'failed',
    code: 'provider_unreachable',
    message: `The answer of ${provider} broke off`,
    isRetryable: true,
    retryAfterMs: null,
    isUnbilled: false,
  };
}
