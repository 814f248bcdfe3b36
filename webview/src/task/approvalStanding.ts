import type { ApprovalRequest } from '#protocol/approval';
import type { TaskState } from './taskState.ts';

/** How long the buttons of a new card sleep: a click that was meant for what stood there before must not approve. */
export const wakeAfterMs = 700;
/** An answer that changed nothing for so long may be given again. */
const sentForMs = 8000;

export type ApprovalStanding = 'asleep' | 'open' | 'sent' | 'expired';

/** Whether an approval can be answered now. */
export function approvalStanding(
  { approvalId, expiresAt }: ApprovalRequest,
  { sent, shownAtMs, nowMs }: Pick<TaskState, 'sent' | 'shownAtMs' | 'nowMs'>,
): ApprovalStanding {
  const answer = sent.get(approvalId);
  if (answer !== undefined && nowMs - answer.atMs < sentForMs) return 'sent';
  if (nowMs >= Date.parse(expiresAt)) return 'expired';
  const shownAt = shownAtMs.get(approvalId) ?? nowMs;
  return nowMs - shownAt < wakeAfterMs ? 'asleep' : 'open';
}
