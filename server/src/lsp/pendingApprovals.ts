import type { ApprovalAnswer, ApprovalAnswerParams, ApprovalRequest } from '#protocol/approval';
import { redactTexts, type RedactText } from './redactEvent.ts';

/** The questions that wait for a person, of all runs. */
export interface PendingApprovals {
  /** Resolves with the person's answer; rejects when the signal aborts, which counts as nobody's answer. */
  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** False where the question is not open any more: answered, expired or withdrawn. */
  answer(params: ApprovalAnswerParams): boolean;
  openOf(runId: string): readonly ApprovalRequest[];
}

export interface PendingApprovalsDeps {
  /** Who answers, as recorded. */
  readonly person: string;
  readonly redact: RedactText;
  /** A question of this run was put or is gone. */
  readonly changed: (runId: string) => void;
}

interface Waiting {
  readonly request: ApprovalRequest;
  readonly resolve: (answer: ApprovalAnswer) => void;
}

/** Nothing here says yes by itself, and nothing here remembers a yes: how far one reaches is for the gateway to keep. */
export function createPendingApprovals({ person, redact, changed }: PendingApprovalsDeps): PendingApprovals {
  const waiting = new Map<string, Waiting>();

  return {
    ask: async (request, signal) => {
      const shown = await redactTexts(request, redact);
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<ApprovalAnswer>();
      const withdraw = (): void => reject(signal.reason);
      signal.addEventListener('abort', withdraw, { once: true });
      waiting.set(request.approvalId, { request: shown, resolve });
      changed(request.runId);
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', withdraw);
        waiting.delete(request.approvalId);
        changed(request.runId);
      }
    },
    answer: ({ approvalId, outcome, scope, why }) => {
      const asked = waiting.get(approvalId);
      if (asked === undefined) return false;
      waiting.delete(approvalId);
      const said = why === null || why.trim() === '' ? null : why.trim();
      // A pattern that was not offered covers nothing beyond this action.
      const reach = scope === 'pattern' && asked.request.pattern === undefined ? 'once' : scope;
      asked.resolve({ outcome, by: person, why: said, ...(outcome === 'approved' ? { scope: reach } : {}) });
      return true;
    },
    openOf: (runId) => [...waiting.values()].map(({ request }) => request).filter((request) => request.runId === runId),
  };
}
