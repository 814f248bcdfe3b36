import type { BudgetShown } from '#protocol/cost';
import { shownAmount } from './budgetUnit.ts';
import { groupWords, ofGroup } from './groupWords.ts';
import type { BudgetAlert, OverLimit, OverTokens } from './ledger.ts';
import { limitWords, toUsd } from './money.ts';
import { nameOfLimit, proposeRaise, raiseCommand } from './raising.ts';

/** What is told when money runs short: in words, to the record, and to those who watch from elsewhere. */
export interface BudgetNotice {
  readonly message: string;
  readonly shown: BudgetShown;
  readonly recorded: Readonly<Record<string, unknown>>;
}

export function noticeOfAlert(alert: BudgetAlert): BudgetNotice {
  const { window, key, isSimulated } = alert;
  const [limit, spent] = [toUsd(alert.limit), toUsd(alert.spent)];
  const group = groupName(alert);
  const message = describeAlert(alert);
  return {
    message,
    shown: { state: 'alert', window, group, unit: 'usd', limit, spent, simulated: isSimulated },
    recorded: { window, key, group, limit_usd: limit, spent_usd: spent, simulated: isSimulated, reason: message },
  };
}

/** The run of a task pauses for this. It says what helps, as far as `ceiling` lets a person raise the limit. */
export function noticeOfLimit(
  over: OverLimit | OverTokens,
  isSimulated: boolean,
  { taskId, ceiling }: { readonly taskId: string; readonly ceiling: number | null },
): BudgetNotice {
  const { window } = over;
  const raiseTo = proposeRaise(over, ceiling);
  const wayOut =
    raiseTo === null
      ? 'the managed configuration lets nobody raise it further; ask whoever keeps it'
      : `to go on: loki ${raiseCommand(nameOfLimit(over), taskId, raiseTo)}`;
  if (over.kind === 'over_tokens') {
    const { limit, spent, reserved } = over;
    const message = `The budget of ${limit} tokens for this ${window} does not afford another request (${spent} used); ${wayOut}`;
    return {
      message,
      shown: {
        state: 'limit',
        window,
        group: null,
        unit: 'tokens',
        limit,
        spent,
        simulated: isSimulated,
        ...(raiseTo === null ? {} : { raiseTo }),
      },
      recorded: { window, limit_tokens: limit, spent_tokens: spent, reserved_tokens: reserved, reason: message },
    };
  }
  const [limit, spent] = [toUsd(over.limit), toUsd(over.spent)];
  const group = groupName(over);
  const held = over.reserved === 0 ? '' : `, $${toUsd(over.reserved).toFixed(4)} held by others under way`;
  const message = `The limit of ${limitWords(over.limit)} for this ${window}${ofGroup(over.group)} does not afford another request ($${spent.toFixed(4)} spent${held}); ${wayOut}`;
  return {
    message,
    shown: {
      state: 'limit',
      window,
      group,
      unit: 'usd',
      limit,
      spent,
      simulated: isSimulated,
      ...(raiseTo === null ? {} : { raiseTo: shownAmount('usd', raiseTo) }),
    },
    recorded: {
      window,
      ...(group === null ? {} : { group }),
      limit_usd: limit,
      spent_usd: spent,
      reserved_usd: toUsd(over.reserved),
      reason: message,
    },
  };
}

function groupName({ group }: Pick<BudgetAlert, 'group'>): string | null {
  return group === null ? null : groupWords(group);
}

function describeAlert(alert: BudgetAlert): string {
  const share = alert.limit === 0 ? 100 : Math.floor((alert.spent / alert.limit) * 100);
  const kind = alert.isSimulated ? 'simulated money' : 'money';
  const window = alert.window === 'task' ? 'this task' : `the ${alert.window} ${alert.key}`;
  return `${share} % of the ${kind} for ${window}${ofGroup(alert.group)} is spent: $${toUsd(alert.spent).toFixed(4)} of ${limitWords(alert.limit)}`;
}
