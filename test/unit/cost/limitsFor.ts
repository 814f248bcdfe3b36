import { noPeriodLimits, type CostLimits } from '../../../server/src/cost/limits.ts';
import { microUsd } from '../../../server/src/cost/money.ts';
import { limitsOf } from './aRequest.ts';

/** Limits of every kind, each about what so many requests of `sendingProcess` would like to spend, so that all are met. */
export function limitsFor(requests: number): CostLimits {
  return {
    ...limitsOf({ task: requests * 130, day: requests * 350, month: requests * 700 }),
    maxTokensPerTask: requests * 25,
    maxTokensPerDay: requests * 80,
    groups: [
      { ...noPeriodLimits, maxPerDay: microUsd(requests * 140), group: { kind: 'agent', name: '*' } },
      { ...noPeriodLimits, maxPerMonth: microUsd(requests * 800), group: { kind: 'provider', name: 'anthropic' } },
    ],
  };
}
