import type { RunEvent } from '#protocol/run';
import { noticeOfLimit, type BudgetNotice } from '../cost/budgetNotice.ts';
import type { Ledger, OverLimit, OverTokens, TokenSpending } from '../cost/ledger.ts';
import type { CostLimits } from '../cost/limits.ts';
import { toUsd } from '../cost/money.ts';
import { tokensShown } from '../cost/tokensShown.ts';
import type { Policies } from '../policy/policies/policies.ts';
import { tokenAlerts } from '../policy/policies/resourcePolicy.ts';
import type { Recorder } from './recorder.ts';
import type { Situation } from './situation.ts';

export interface BudgetTellerDeps {
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly limits: CostLimits;
  /** What the policies files say about tokens and about what is sent. */
  readonly policies: Policies;
  readonly tell: (event: RunEvent) => void;
  /** Told when money runs short, beside the run's own events. */
  readonly notify: (notice: BudgetNotice) => void;
}

/** Says what a task has used up, and records and tells when a limit comes near or is met. */
export interface BudgetTeller {
  /** The limit does not afford the next request: recorded and told before the run pauses. */
  pause(
    situation: Situation,
    over: OverLimit | OverTokens,
    isSimulated: boolean,
  ): Promise<{ readonly kind: 'paused'; readonly reason: string }>;
  announce(situation: Situation, notice: BudgetNotice): Promise<void>;
  /** What a task has used up of its tokens, and what requests under way hold of them. */
  usedTokens(situation: Situation, isSimulated: boolean): TokenSpending;
  /** Warns, once each, of token budgets whose alert lies between what was used before and what is used now. */
  alertTokens(situation: Situation, isSimulated: boolean, before: number): Promise<void>;
  tellCost(situation: Situation, isSimulated: boolean): void;
}

export function createBudgetTeller({
  recorder,
  ledger,
  limits,
  policies,
  tell,
  notify,
}: BudgetTellerDeps): BudgetTeller {
  const announce = async (situation: Situation, notice: BudgetNotice): Promise<void> => {
    const { message, recorded, shown } = notice;
    await recorder.host(situation, shown.state === 'limit' ? 'budget_pause' : 'budget_alert', null, recorded);
    tell({ type: 'notice', level: 'warning', message, budget: shown });
    notify(notice);
  };
  const usedTokens = ({ taskId }: Situation, isSimulated: boolean): TokenSpending =>
    ledger.tokensOfTask(taskId, isSimulated);
  // Of requests that run side by side, each has begun before the other's alert.
  const alerted = new Map<boolean, number>();

  return {
    announce,
    usedTokens,
    pause: async (situation, over, isSimulated) => {
      const notice = noticeOfLimit(over, isSimulated);
      await announce(situation, notice);
      return { kind: 'paused', reason: notice.message };
    },
    alertTokens: async (situation, isSimulated, before) => {
      const { spent } = usedTokens(situation, isSimulated);
      const from = Math.max(before, alerted.get(isSimulated) ?? 0);
      alerted.set(isSimulated, Math.max(from, spent));
      for (const message of tokenAlerts(policies, from, spent)) {
        await recorder.host(situation, 'resource_alert', null, { reason: message });
        tell({ type: 'notice', level: 'warning', message });
      }
    },
    tellCost: ({ taskId }, isSimulated) => {
      const { spent, reserved, tokens } = ledger.spentOnTask(taskId, isSimulated);
      const limit = ledger.limitOf('task', taskId, isSimulated, limits);
      tell({
        type: 'cost',
        costUsd: toUsd(spent),
        reservedUsd: toUsd(reserved),
        limitUsd: limit === null ? null : toUsd(limit),
        tokens: tokensShown(tokens, ledger.tokensOfTask(taskId, isSimulated)),
      });
    },
  };
}
