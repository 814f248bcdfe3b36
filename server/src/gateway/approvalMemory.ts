import type { DeniedIntent } from '../policy/deniedBefore.ts';
import type { Grant } from './grant.ts';

/** A question that was put and has no answer yet. */
export interface OpenQuestion {
  readonly approvalId: string;
  readonly agent: string;
  readonly title: string;
  readonly actionDigest: string;
  readonly askedAt: string;
}

/**
 * What one run remembers of its approvals: what was granted for the rest of it, what was denied, and what is open. It lies
 * where agents cannot write, and is the same after the run was stopped in whatever way and resumed.
 */
export interface ApprovalMemory {
  grants(): readonly Grant[];
  keepGrant(grant: Grant): void;
  denials(): readonly DeniedIntent[];
  keepDenial(denial: DeniedIntent): void;
  /** A person has changed their mind: they no longer count. */
  liftDenials(denialIds: readonly string[]): void;
  openQuestions(): readonly OpenQuestion[];
  keepQuestion(question: OpenQuestion): void;
  closeQuestion(approvalId: string): void;
}

/** A memory that is lost with its process, for what is no run. */
export function passingMemory(): ApprovalMemory {
  const grants: Grant[] = [];
  const denials = new Map<string, DeniedIntent>();
  const questions = new Map<string, OpenQuestion>();
  return {
    grants: () => grants,
    keepGrant: (grant) => void grants.push(grant),
    denials: () => [...denials.values()],
    keepDenial: (denial) => void denials.set(denial.denialId, denial),
    liftDenials: (denialIds) => denialIds.forEach((denialId) => denials.delete(denialId)),
    openQuestions: () => [...questions.values()],
    keepQuestion: (question) => void questions.set(question.approvalId, question),
    closeQuestion: (approvalId) => void questions.delete(approvalId),
  };
}
