import type { ApprovalAnswer, ApprovalAnswerParams, ApprovalRequest } from '#protocol/approval';
import { redactTexts, type RedactText } from './redactEvent.ts';

/** The questions that wait for a person, of all runs. */
export interface PendingApprovals {
  /** Resolves with the person's answer; rejects when the signal aborts, which counts as nobody's answer. */
  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** False where the question is not open any more: answered, expired or withdrawn. */
  answer(params: ApprovalAnswerParams): boolean;
  openOf(runId: string): readonly ApprovalRequest[];
  /** Drops what was allowed for the rest of a run: the run has ended. */
  forget(runId: string): void;
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

/**
 * Nothing here says yes by itself. "For this task" repeats a person's yes for the same agent and the very same action, by
 * its digest, in the same run, and what is recorded then says so.
 */
export function createPendingApprovals({ person, redact, changed }: PendingApprovalsDeps): PendingApprovals {
  const waiting = new Map<string, Waiting>();
  const granted = new Map<string, Set<string>>();

  return {
    ask: async (request, signal) => {
      if (granted.get(request.runId)?.has(grantOf(request)) === true) {
        return { outcome: 'approved', by: person, why: 'Approved before for the rest of this task: the same action' };
      }
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
      const { runId } = asked.request;
      const said = why === null || why.trim() === '' ? null : why.trim();
      if (outcome === 'approved' && scope === 'task') {
        granted.set(runId, (granted.get(runId) ?? new Set()).add(grantOf(asked.request)));
        const forTask = 'Approved for the rest of this task, for this agent and this very action';
        asked.resolve({ outcome, by: person, why: said === null ? forTask : `${forTask}: ${said}` });
      } else {
        asked.resolve({ outcome, by: person, why: said });
      }
      return true;
    },
    openOf: (runId) => [...waiting.values()].map(({ request }) => request).filter((request) => request.runId === runId),
    forget: (runId) => {
      granted.delete(runId);
    },
  };
}

function grantOf({ agent, actionDigest }: ApprovalRequest): string {
  return `${agent}\n${actionDigest}`;
}
