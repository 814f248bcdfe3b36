import type { ApprovalRequest } from '#protocol/approval';

/** The open requests as they are put to a person: those of one step together, the oldest first. */
export function openQuestions(open: readonly ApprovalRequest[]): readonly (readonly ApprovalRequest[])[] {
  const questions = new Map<string, ApprovalRequest[]>();
  for (const request of open) {
    const key = request.batch?.batchId ?? request.approvalId;
    questions.set(key, [...(questions.get(key) ?? []), request]);
  }
  return [...questions.values()];
}

/** The name of a question: it is another one when a part of it was answered or is gone. */
export function questionKey(question: readonly ApprovalRequest[]): string {
  return question.map(({ approvalId }) => approvalId).join(' ');
}
