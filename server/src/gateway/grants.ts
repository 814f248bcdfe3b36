import { isWarning } from '#protocol/policy';
import type { RunEvent } from '#protocol/run';
import type { Decision } from '../policy/decision.ts';
import { patternsIn } from '../policy/policies/dataPolicy.ts';
import type { Policies } from '../policy/policies/policies.ts';
import { isTokenLimit } from '../policy/policies/resourcePolicy.ts';
import type { Moment } from './judge.ts';

/**
 * What a person has agreed to for the model requests of a run. A conversation is sent again with every request: without
 * this the same question would be asked every time.
 */
export interface Grants {
  given(used: number, worst: number, raisedTo: number | null): Pick<Moment, 'tokens' | 'agreedContent'>;
  /** A person has said yes to what this decision asks about. */
  agree(decision: Decision, sent: NonNullable<Moment['sent']>): void;
  /** Tells the warnings of a decision, each once in a run. */
  warn(decision: Decision): void;
}

export function createGrants(deps: { readonly policies: Policies; readonly tell: (event: RunEvent) => void }): Grants {
  const agreed = new Set<string>();
  const told = new Set<string>();
  let granted = 0;
  return {
    given: (used, worst, raisedTo) => ({ tokens: { used, worst, granted, raisedTo }, agreedContent: [...agreed] }),
    agree: ({ answers }, { text, personal }) => {
      const asked = answers.filter(({ decision }) => decision === 'REQUIRE_APPROVAL');
      if (asked.some(isTokenLimit)) granted += 1;
      if (!asked.some(({ rule }) => rule.startsWith('data.'))) return;
      for (const name of [...(personal ?? []), ...patternsIn(deps.policies, text)]) agreed.add(name);
    },
    warn: ({ answers }) => {
      for (const { rule, reason, source } of answers.filter(isWarning)) {
        const key = `${rule} ${source.file ?? ''}:${source.line ?? ''}`;
        if (told.has(key)) continue;
        told.add(key);
        deps.tell({ type: 'notice', level: 'warning', message: `warning of ${rule}: ${reason}` });
      }
    },
  };
}
