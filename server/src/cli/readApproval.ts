import type { ApprovalAnswer, ApprovalRequest } from '#protocol/approval';

/** Reads what was typed under one question; null is the end of input. Only the letters that were offered approve. */
export function readAnswer(
  typed: string | null,
  { pattern }: Pick<ApprovalRequest, 'pattern'>,
  person: string,
): ApprovalAnswer {
  if (typed === null) return { outcome: 'expired', why: 'Nobody answered' };
  const said = typed.trim();
  if (/^(y|yes)$/i.test(said)) return { outcome: 'approved', by: person, why: null, scope: 'once' };
  if (/^t$/i.test(said)) return { outcome: 'approved', by: person, why: null, scope: 'task' };
  if (pattern !== undefined && /^p$/i.test(said))
    return { outcome: 'approved', by: person, why: null, scope: 'pattern' };
  return denied(said, person);
}

/** Reads what was typed under several questions: an answer to each of them, or the wish to see them one by one. */
export function readBatchAnswer(typed: string | null, person: string): ApprovalAnswer | 'one by one' {
  if (typed === null) return { outcome: 'expired', why: 'Nobody answered' };
  const said = typed.trim();
  if (/^(y|yes)$/i.test(said)) return { outcome: 'approved', by: person, why: null, scope: 'once' };
  if (/^i$/i.test(said)) return 'one by one';
  return denied(said, person);
}

function denied(said: string, person: string): ApprovalAnswer {
  // A letter by itself is a slip of the finger, not a reason.
  const why = said.replace(/^(n|no)\b[\s,:]*/i, '').replace(/^[a-z]$/i, '');
  return { outcome: 'denied', by: person, why: why === '' ? null : why };
}
