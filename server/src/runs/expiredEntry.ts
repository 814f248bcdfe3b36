import type { AuditRecord } from '../audit/log.ts';
import type { ExpiredReservations } from '../cost/ledger.ts';
import { toUsd } from '../cost/money.ts';

/** The entry that says what was counted as spent because the processes that reserved it are dead. */
export function expiredEntry(
  ids: { readonly runId: string; readonly taskId: string },
  { calls, amount }: ExpiredReservations,
): AuditRecord {
  return {
    who: 'loki',
    what: 'reservations_expired',
    where: null,
    why: 'Their processes are dead, and the provider may have charged them: they count as spent at their whole amount',
    metadata: { task_id: ids.taskId, run_id: ids.runId, calls, amount_usd: toUsd(amount) },
  };
}
