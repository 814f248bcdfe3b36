import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';

/** Someone who can say yes or no: a person at a terminal or in the editor, or a demo's recorded answers. */
export interface Approver {
  /** Answers before the request's expiry or says `expired`; aborting also means `expired`. Never assumes a yes. */
  decide(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** Answers an agent's question in words, or null when nobody is there. */
  reply(question: string, signal: AbortSignal): Promise<string | null>;
  /** Agrees to something once, where that is asked apart from an agent's questions. Only `true` is a yes. */
  confirm?(question: string, signal: AbortSignal): Promise<boolean>;
}

/** Nobody to ask: every request expires at once, no question is answered. */
export const nobody: Approver = {
  decide: async () => ({ outcome: 'expired', why: 'Nobody was there to answer' }),
  reply: async () => null,
};
