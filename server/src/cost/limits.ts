import type { MicroUsd } from './money.ts';

/** What a run, a day and a month may cost; null where nothing is set. `alertThreshold` is a share between 0 and 1. */
export interface CostLimits {
  readonly maxPerTask: MicroUsd | null;
  readonly maxPerDay: MicroUsd | null;
  readonly maxPerMonth: MicroUsd | null;
  readonly alertThreshold: number;
}
