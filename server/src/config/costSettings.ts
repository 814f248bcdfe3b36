import { groupKinds, noPeriodLimits, type CostLimits, type GroupLimits, type PeriodLimits } from '../cost/limits.ts';
import { microUsd, parseLimitUsd, type MicroUsd } from '../cost/money.ts';
import type { Accounting } from './config.ts';
import { configInvalid, type Problem } from './problem.ts';
import type { Tier } from './tier.ts';

// `cost` of all tiers, highest first, as one set of limits: the strictest of each counts.

const periods = { maxPerTask: 'max_per_task', maxPerDay: 'max_per_day', maxPerMonth: 'max_per_month' } as const;

/** What may be spent. Amounts that come to nothing are a `config_invalid` failure that names them all. */
export function costLimits(tiers: readonly Tier[]): CostLimits {
  const problems: Problem[] = [];
  const sections = tiers.map((tier) => tier.values.cost);
  const overall = periodLimits(tiers, ['cost'], problems);
  const managed = tiers.filter(({ tier }) => tier === 'managed');
  const limits: CostLimits = {
    ...overall,
    alertThreshold: least(sections.map((section) => section?.alert_threshold)) ?? 0.8,
    groups: groupKinds.flatMap((kind) => groupsOf(tiers, kind, problems)),
    ...tokenLimits(tiers),
    // What may not be raised is its own ceiling; the parser lets only the managed tier say so.
    ceilings: mayBeRaised(tiers)
      ? { ...periodLimits(managed, ['cost'], []), ...tokenLimits(managed) }
      : { ...overall, ...tokenLimits(tiers), isFixed: true },
  };
  if (problems.length > 0) throw configInvalid(problems);
  return limits;
}

/** How money is counted and who is told about it: as the highest tier says that says anything. */
export function accountingOf(tiers: readonly Tier[]): Accounting {
  const sections = tiers.map((tier) => tier.values.cost);
  return {
    timeZone: first(sections.map((section) => section?.time_zone)),
    organisation: first(sections.map((section) => section?.organisation)),
    mayBeRaised: mayBeRaised(tiers),
    webhook: first(sections.map((section) => section?.alerts?.webhook)),
    mail: first(sections.map((section) => section?.alerts?.mail)),
  };
}

function mayBeRaised(tiers: readonly Tier[]): boolean {
  return !tiers.some((tier) => tier.values.cost?.may_be_raised === false);
}

function groupsOf(tiers: readonly Tier[], kind: GroupLimits['group']['kind'], problems: Problem[]): GroupLimits[] {
  const section = `per_${kind}` as const;
  const names = new Set(tiers.flatMap((tier) => Object.keys(tier.values.cost?.[section] ?? {})));
  // What may not be raised is its own ceiling, here too.
  const fixing = mayBeRaised(tiers) ? tiers.filter(({ tier }) => tier === 'managed') : tiers;
  return [...names].sort().map((name) => ({
    ...periodLimits(tiers, ['cost', section, name], problems),
    group: { kind, name },
    ceilings: periodLimits(fixing, ['cost', section, name], []),
  }));
}

function tokenLimits(tiers: readonly Tier[]): Pick<CostLimits, 'maxTokensPerTask' | 'maxTokensPerDay'> {
  const sections = tiers.map((tier) => tier.values.cost);
  return {
    maxTokensPerTask: least(sections.map((section) => section?.max_tokens_per_task)),
    maxTokensPerDay: least(sections.map((section) => section?.max_tokens_per_day)),
  };
}

/** The strictest limits that stand at a place, in any tier. */
function periodLimits(tiers: readonly Tier[], path: readonly string[], problems: Problem[]): PeriodLimits {
  const strictest = (key: keyof typeof periods): MicroUsd | null => {
    const amounts = tiers.flatMap((tier) => {
      const value = valueAt(tier.values, [...path, periods[key]]);
      if (typeof value !== 'number') return [];
      // Plain digits, not the shortest notation: 1e-7 is a number of dollars like any other.
      const amount = parseLimitUsd(value.toFixed(12));
      if (amount !== null) return [amount];
      const { file, line } = tier.sourceOf([...path, periods[key]]);
      problems.push({
        where: `${file ?? tier.tier}${line === null ? '' : `:${line}`}`,
        message: `${[...path, periods[key]].join('.')} must be between 0.000001 and 999999999 US dollars`,
      });
      return [];
    });
    const smallest = least(amounts);
    return smallest === null ? null : microUsd(smallest);
  };
  if (tiers.length === 0) return noPeriodLimits;
  return {
    maxPerTask: strictest('maxPerTask'),
    maxPerDay: strictest('maxPerDay'),
    maxPerMonth: strictest('maxPerMonth'),
  };
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Readonly<Record<string, unknown>>)[key];
  }, values);
}

function first<T>(values: readonly (T | undefined)[]): T | null {
  return values.find((value) => value !== undefined) ?? null;
}

function least(values: readonly (number | undefined)[]): number | null {
  const set = values.filter((value) => value !== undefined);
  return set.length === 0 ? null : Math.min(...set);
}
