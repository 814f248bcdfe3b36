import type { RunEvent } from '#protocol/run';
import { noticeOfLimit, type BudgetNotice } from '../cost/budgetNotice.ts';
import type { Ledger, OverLimit, OverTokens, TokenSpending } from '../cost/ledger.ts';
import type { CostLimits } from '../cost/limits.ts';
import { toUsd } from '../cost/money.ts';
import { ceilingOf, nameOfLimit } from '../cost/raising.ts';
import { tokensShown } from '../cost/tokensShown.ts';
import type { Decision } from '../policy/decision.ts';
import type { Policies } from '../policy/policies/policies.ts';
import { isTokenLimit, tokenAlerts, tokenLimit } from '../policy/policies/resourcePolicy.ts';
import type { Recorder } from './recorder.ts';
import { refusalWords } from './refusalWords.ts';
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

export interface Paused {
  readonly kind: 'paused';
  readonly reason: string;
}

/** Says what a task has used up, and records and tells when a limit comes near or is met. */
export interface BudgetTeller {
  /** The limit does not afford the next request: recorded and told before the run pauses. */
  pause(situation: Situation, over: OverLimit | OverTokens, isSimulated: boolean): Promise<Paused>;
  /** Used-up tokens of a policy pause a run, too, so that it can go on with more; every other refusal ends it. */
  refuse(
    situation: Situation,
    decision: Decision,
    isSimulated: boolean,
  ): Promise<Paused | { readonly kind: 'refused'; readonly reason: string }>;
  announce(situation: Situation, notice: BudgetNotice): Promise<void>;
  /** What a person has raised the tokens of the task to; null where nobody has, or nobody may. */
  raisedTokens(situation: Situation): number | null;
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

  const raisedTokens = ({ taskId }: Situation): number | null =>
    limits.ceilings.isFixed === true ? null : ledger.raisedTokens(taskId);
  const pauseAt = async (
    situation: Situation,
    over: OverLimit | OverTokens,
    isSimulated: boolean,
    ceiling: number | null,
  ): Promise<Paused> => {
    const notice = noticeOfLimit(over, isSimulated, { taskId: situation.taskId, ceiling });
    await announce(situation, notice);
    return { kind: 'paused', reason: notice.message };
  };

  return {
    announce,
    usedTokens,
    raisedTokens,
    pause: async (situation, over, isSimulated) =>
      await pauseAt(situation, over, isSimulated, ceilingOf(limits, nameOfLimit(over))),
    refuse: async (situation, { answers, reason }, isSimulated) => {
      const denying = answers.filter(({ decision }) => decision === 'DENY');
      const stopping = tokenLimit(policies, raisedTokens(situation));
      const isSpent = denying.length > 0 && denying.every(isTokenLimit);
      if (!isSpent) return { kind: 'refused', reason: refusalWords(reason, denying) };
      if (stopping === null) return { kind: 'paused', reason };
      const { limit } = stopping;
      const ceiling = limits.ceilings.isFixed === true ? limit : stopping.ceiling;
      const used = { window: 'task', limit, ...usedTokens(situation, isSimulated) } as const;
      return await pauseAt(situation, { kind: 'over_tokens', ...used }, isSimulated, ceiling);
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
      const limit = ledger.limitOf('task', taskId, limits);
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
