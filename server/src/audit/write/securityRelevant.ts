import type { EntryContent } from '../chain/chain.ts';

const kinds: ReadonlySet<string> = new Set([
  'approval',
  'configuration',
  'malformed_call',
  'run_start',
  'run_resume',
  'run_end',
  'accept',
  'discard',
]);

/**
 * Whether an entry tells of something that security depends on: a refusal, a question to a person or their answer, what
 * governs a run, where it began and ended, and what the log says about itself. Such entries are never left out, and a
 * checkpoint follows them.
 */
export function isSecurityRelevant({ what, metadata }: Pick<EntryContent, 'what' | 'metadata'>): boolean {
  const decision = metadata?.['decision'];
  if (decision === 'DENY' || decision === 'REQUIRE_APPROVAL') return true;
  return what !== null && (kinds.has(what) || what.startsWith('audit_'));
}
