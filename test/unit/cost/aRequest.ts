import { noPeriodLimits, type CostLimits } from '../../../server/src/cost/limits.ts';
import type { ReservationRequest } from '../../../server/src/cost/ledger.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import type { Rates } from '../../../server/src/cost/rates.ts';

/** A micro-dollar for a token of anything: amounts in tests are counts of tokens. */
export const unitRates: Rates = [{ fromInputTokens: 0, input: 1, output: 1, cacheRead: 1, cacheWrite: 1 }];

export const noLimits: CostLimits = {
  ...noPeriodLimits,
  alertThreshold: 0.8,
  groups: [],
  maxTokensPerTask: null,
  maxTokensPerDay: null,
  ceilings: noPeriodLimits,
};

/** Limits in micro-dollars. */
export function limitsOf(limits: { task?: number; day?: number; month?: number; alertThreshold?: number }): CostLimits {
  const money = (amount: number | undefined) => (amount === undefined ? null : microUsd(amount));
  return {
    ...noLimits,
    maxPerTask: money(limits.task),
    maxPerDay: money(limits.day),
    maxPerMonth: money(limits.month),
    alertThreshold: limits.alertThreshold ?? 0.8,
  };
}

/** A request of 1,000 tokens in and at most 2,000 out, 1,000 of them needed. */
export function aRequest(changes: Partial<ReservationRequest> = {}): ReservationRequest {
  return {
    runId: 'run-1',
    taskId: 'task-1',
    project: '/nowhere/project',
    agent: 'implementer',
    swarm: 'engineering',
    phase: 'act',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    person: 'os:dev',
    organisation: '',
    isSimulated: false,
    rates: unitRates,
    inputBound: 1000,
    wantedOutputTokens: 2000,
    minimumOutputTokens: 1000,
    limits: noLimits,
    ...changes,
  };
}
