import type { AuditRecord } from '../audit/log.ts';
import { toUsd } from '../cost/money.ts';
import type { Restored } from './restoreLost.ts';

/** The entry that says what was entered again; `log` is the folder of the log that told it, null for this one. */
export function restoredEntry(
  ids: { readonly runId: string; readonly taskId: string },
  { calls, amount, endings, isLogValid }: Restored,
  log: string | null,
): AuditRecord {
  return {
    who: 'loki',
    what: 'reservations_restored',
    where: null,
    why: `The ledger did not know what ${log === null ? 'this log' : 'a log'} says was sent, or how it ended: it counts again`,
    metadata: {
      task_id: ids.taskId,
      run_id: ids.runId,
      ...(log === null ? {} : { log }),
      calls,
      amount_usd: toUsd(amount),
      endings,
      log_valid: isLogValid,
    },
  };
}

/** The same in one line for the person. */
export function describeRestored({ calls, amount, endings, isLogValid }: Restored, log: string | null): string {
  const requests = (count: number): string => (count === 1 ? 'one model request' : `${count} model requests`);
  const what = calls > 0 ? `${requests(calls)} ($${toUsd(amount).toFixed(4)})` : `the end of ${requests(endings)}`;
  const doubt = isLogValid ? '' : '; the log does not verify, so each counts with all that was reserved for it';
  return `The ledger had lost ${what}, after a power loss or because loki.db is not the one that was; counted again from the audit log${log === null ? '' : ` ${log}`}${doubt}`;
}
