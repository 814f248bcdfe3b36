import { approvalAnswerRequest } from '#protocol/approval';
import type { PendingApprovals } from './pendingApprovals.ts';
import type { Rpc } from './rpc.ts';

export function bindApprovalHandlers(rpc: Rpc, approvals: PendingApprovals): void {
  rpc.answer(approvalAnswerRequest, async (params) => ({ isTaken: approvals.answer(params) }));
}
