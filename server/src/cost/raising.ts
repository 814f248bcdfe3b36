import { limitText } from '#protocol/limitText';
import { shownAmount, type BudgetUnit } from './budgetUnit.ts';
import { isInGroup } from './groupMember.ts';
import type { OverLimit, OverTokens } from './ledger.ts';
import { noPeriodLimits, type BudgetGroup, type CostLimits } from './limits.ts';
import { limitIn, type BudgetWindow } from './windows.ts';

/** One limit, as a person names it. */
export interface LimitName {
  readonly window: BudgetWindow;
  readonly unit: BudgetUnit;
  /** Null where it is that of all spending. */
  readonly group: BudgetGroup | null;
}

/** What no person may raise a limit above, in micro-dollars or tokens; null where nothing keeps them. */
export function ceilingOf({ ceilings, groups }: CostLimits, { window, unit, group }: LimitName): number | null {
  if (unit === 'tokens') return (window === 'task' ? ceilings.maxTokensPerTask : ceilings.maxTokensPerDay) ?? null;
  if (group === null) return limitIn(ceilings, window);
  const among = groups
    .filter((limited) => limited.group.kind === group.kind && isInGroup(limited.group, group.name))
    .flatMap((limited) => limitIn(limited.ceilings ?? noPeriodLimits, window) ?? []);
  return among.length === 0 ? null : Math.min(...among);
}

export function nameOfLimit(over: OverLimit | OverTokens): LimitName {
  const { window } = over;
  return over.kind === 'over' ? { window, unit: 'usd', group: over.group } : { window, unit: 'tokens', group: null };
}

/** How far a limit that stopped a run can be raised so that it goes on for as long again; null where it may not be. */
export function proposeRaise(over: OverLimit | OverTokens, ceiling: number | null): number | null {
  const { limit, spent, reserved } = over;
  const step = over.kind === 'over' && limit >= cent ? cent : 1;
  const wanted = Math.ceil(Math.max(2 * limit, limit + spent + reserved) / step) * step;
  const amount = ceiling === null ? wanted : Math.min(wanted, ceiling);
  return amount > limit ? amount : null;
}

/** What is typed behind `loki` to raise it. */
export function raiseCommand({ window, unit, group }: LimitName, taskId: string, to: number): string {
  const of = group === null ? '' : ` --${group.kind} ${quote(group.name)}`;
  const place = window === 'task' ? `--task ${taskId}` : `--${window}`;
  return `cost raise ${place}${of} ${unit === 'tokens' ? `--tokens ${to}` : `--to ${limitText(shownAmount(unit, to))}`}`;
}

/** In micro-dollars. */
const cent = 10_000;

function quote(text: string): string {
  return /^[\w./~:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
