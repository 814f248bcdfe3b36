import type { BudgetNotice } from '../cost/budgetNotice.ts';
import { postWebhook, type WebhookSender } from '../gateway/postWebhook.ts';

export interface BudgetWebhook {
  readonly post: (notice: BudgetNotice) => void;
  /** Resolves when nothing is under way any more. */
  readonly idle: () => Promise<void>;
}

export interface WebhookWish {
  /** An address of a project's own is here only once the user has agreed to it. */
  readonly url: string | null;
  /** Whom to write to, for whatever forwards the post. */
  readonly mail: string | null;
  readonly sender: WebhookSender;
  readonly ids: { readonly taskId: string; readonly runId: string };
  /** Told when a post did not arrive. A run never fails for it: the limit holds whoever hears of it. */
  readonly failed: (problem: string) => void;
}

/** Posts alerts and pauses to the address that the configuration names; nothing of the task but its ids leaves. */
export function budgetWebhook({ url, mail, sender, ids, failed }: WebhookWish): BudgetWebhook {
  const underWay = new Set<Promise<void>>();
  const send = async ({ message, shown }: BudgetNotice, address: string): Promise<void> => {
    const told = { type: 'loki.budget', ...shown, message, task_id: ids.taskId, run_id: ids.runId, mail };
    const result = await postWebhook(sender, address, told);
    if (result.kind === 'sent') return;
    failed(`cost.alerts.webhook was not told: ${result.reason}; the notice is in the audit log`);
  };
  return {
    post: (notice) => {
      if (url === null) return;
      const work: Promise<void> = send(notice, url).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    idle: async () => {
      await Promise.all(underWay);
    },
  };
}
