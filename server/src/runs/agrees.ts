import type { Approver } from '../gateway/approver.ts';

/** Asks a person to agree to something once. Only an explicit yes is one. */
export async function agrees(approver: Approver, question: string, signal: AbortSignal): Promise<boolean> {
  if (approver.confirm !== undefined) return await approver.confirm(question, signal);
  return /^\s*(y|yes)\s*$/i.test((await approver.reply(`${question} [y/N]`, signal)) ?? '');
}
