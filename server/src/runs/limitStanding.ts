import type { Config } from '../config/config.ts';
import type { Ledger } from '../cost/ledger.ts';
import { ceilingOf, type LimitName } from '../cost/raising.ts';
import { tokenLimit } from '../policy/policies/resourcePolicy.ts';

/** What a limit is now and what no person may raise it above, in micro-dollars or tokens; null where there is none. */
export interface LimitStanding {
  readonly from: number | null;
  readonly ceiling: number | null;
}

export function limitStanding(ledger: Ledger, config: Config, name: LimitName, taskId: string | null): LimitStanding {
  const { window, unit, group } = name;
  const ceiling = ceilingOf(config.cost, name);
  if (unit === 'usd') {
    const from =
      group === null
        ? ledger.limitOf(window, taskId, config.cost)
        : ledger.groupLimitOf(window, taskId, group, config.cost);
    return { from, ceiling };
  }
  if (window === 'month') return { from: null, ceiling: null };
  // Whoever limits the tokens of a task, one raise is for all of them.
  const byPolicy = taskId === null ? null : tokenLimit(config.policy.policies, ledger.raisedTokens(taskId));
  return {
    from: least([ledger.tokenLimitOf(window, taskId, config.cost), byPolicy?.limit]),
    ceiling: least([ceiling, byPolicy?.ceiling]),
  };
}

function least(values: readonly (number | null | undefined)[]): number | null {
  const set = values.filter((value) => value !== null && value !== undefined);
  return set.length === 0 ? null : Math.min(...set);
}
