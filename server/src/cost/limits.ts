import type { MicroUsd } from './money.ts';

/** What is counted together: everything, over one task, one day or one month. */
export interface PeriodLimits {
  readonly maxPerTask: MicroUsd | null;
  readonly maxPerDay: MicroUsd | null;
  readonly maxPerMonth: MicroUsd | null;
}

export const groupKinds = ['agent', 'swarm', 'provider', 'project', 'user', 'organisation'] as const;
export type GroupKind = (typeof groupKinds)[number];

/** A part of the spending that has limits of its own. */
export interface BudgetGroup {
  readonly kind: GroupKind;
  readonly name: string;
}

export interface GroupLimits extends PeriodLimits {
  /** The name `*` means: each one for itself. */
  readonly group: BudgetGroup;
  /** What no person may raise them above; nothing where it is left out. */
  readonly ceilings?: PeriodLimits;
}

/** What no person may raise a limit above: the managed configuration's; null or left out where it sets none. */
export interface Ceilings extends PeriodLimits {
  readonly maxTokensPerTask?: number | null;
  readonly maxTokensPerDay?: number | null;
  /** Nobody may raise anything, also not what policies set. */
  readonly isFixed?: boolean;
}

/** What may be spent; null where nothing is set. `alertThreshold` is a share between 0 and 1. */
export interface CostLimits extends PeriodLimits {
  readonly alertThreshold: number;
  readonly groups: readonly GroupLimits[];
  /** Tokens in and out together, whatever they cost. */
  readonly maxTokensPerTask: number | null;
  readonly maxTokensPerDay: number | null;
  readonly ceilings: Ceilings;
}

export const noPeriodLimits: PeriodLimits = { maxPerTask: null, maxPerDay: null, maxPerMonth: null };
