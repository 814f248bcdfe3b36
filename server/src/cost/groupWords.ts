import { Failure } from '../base/failure.ts';
import { groupKinds, type BudgetGroup } from './limits.ts';

/** `agent security_auditor`: how messages and records name a group. */
export function groupWords({ kind, name }: BudgetGroup): string {
  return `${kind} ${name}`;
}

/** The same behind what it limits: ` (agent security_auditor)`; nothing for all spending together. */
export function ofGroup(group: BudgetGroup | null): string {
  return group === null ? '' : ` (${groupWords(group)})`;
}

/** What `groupWords` has written; a failure `usage` for anything else. */
export function readGroup(text: string): BudgetGroup {
  const kind = groupKinds.find((one) => text.startsWith(`${one} `));
  const name = text.slice((kind ?? '').length + 1);
  if (kind === undefined || name === '') throw new Failure('usage', `${JSON.stringify(text)} names no group`);
  return { kind, name };
}
