import type { AuditRecord } from '../audit/log.ts';
import { toUsd } from '../cost/money.ts';
import type { Restored } from './restoreLost.ts';

/** The entry that says what was entered again. */
export function restoredEntry(
  ids: { readonly runId: string; readonly taskId: string },
  { calls, amount, endings, isLogValid }: Restored,
): AuditRecord {
  return {
    who: 'loki',
    what: 'reservations_restored',
    where: null,
    why: 'The ledger did not know what this log says was sent, or how it ended: it counts again',
    metadata: {
      task_id: ids.taskId,
      run_id: ids.runId,
      calls,
      amount_usd: toUsd(amount),
      endings,
      log_valid: isLogValid,
    },
  };
}

/** The same in one line for the person. */
export function describeRestored({ calls, amount, endings, isLogValid }: Restored): string {
  const requests = (count: number): string => (count === 1 ? 'one model request' : `${count} model requests`);
  const what = calls > 0 ? `${requests(calls)} ($${toUsd(amount).toFixed(4)})` : `the end of ${requests(endings)}`;
  const doubt = isLogValid ? '' : '; the log does not verify, so each counts with all that was reserved for it';
  return `The ledger had lost ${what}, after a power loss or because loki.db is not the one that was; counted again from the audit log${doubt}`;
}
