import { fetchTo } from '../base/directFetch.ts';
import type { BudgetNotice } from '../cost/budgetNotice.ts';
import { readUrl } from '../policy/hosts.ts';

export interface BudgetWebhook {
  readonly post: (notice: BudgetNotice) => void;
  /** Resolves when nothing is under way any more. */
  readonly idle: () => Promise<void>;
}

export interface WebhookWish {
  readonly url: string | null;
  /** Whom to write to, for whatever forwards the post. */
  readonly mail: string | null;
  readonly isAirGapped: boolean;
  readonly ids: { readonly taskId: string; readonly runId: string };
  /** Told when a post did not arrive. A run never fails for it: the limit holds whoever hears of it. */
  readonly failed: (problem: string) => void;
}

const timeoutMs = 5000;

/** Posts alerts and pauses to the address that the configuration names; nothing of the task but its ids leaves. */
export function budgetWebhook({ url, mail, isAirGapped, ids, failed }: WebhookWish): BudgetWebhook {
  const underWay = new Set<Promise<void>>();
  const send = async ({ message, shown }: BudgetNotice): Promise<void> => {
    if (url === null) return;
    const read = readUrl(url);
    if (read.kind === 'refused') return failed(`cost.alerts.webhook is not called: ${read.reason}`);
    if (isAirGapped && !read.isLoopback) {
      return failed('cost.alerts.webhook is not called: residency.air_gapped lets nothing leave this machine');
    }
    try {
      const response = await fetchTo(url)(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'loki.budget', ...shown, message, task_id: ids.taskId, run_id: ids.runId, mail }),
        // Where it would lead was neither configured nor judged.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) failed(`cost.alerts.webhook answered ${response.status}; the notice is in the audit log`);
    } catch {
      failed('cost.alerts.webhook could not be reached; the notice is in the audit log');
    }
  };
  return {
    post: (notice) => {
      const work: Promise<void> = send(notice).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    idle: async () => {
      await Promise.all(underWay);
    },
  };
}
