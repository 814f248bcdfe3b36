import type { Action } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { deny } from './answer.ts';
import type { Facts } from './facts.ts';

/** A secret, or the marker that stands where one was removed, is neither written nor sent (invariant 9). */
export function judgeSecrets(action: Action, facts: Facts): readonly RuleAnswer[] {
  const answers: RuleAnswer[] = [];
  if (facts.secretRules.length > 0) {
    answers.push(
      deny({
        rule: 'secret',
        reason: `it carries a secret (${[...new Set(facts.secretRules)].sort().join(', ')})`,
        remedy: 'take the secret out and read it from the environment at run time',
      }),
    );
  }
  // A service may write files as well.
  const isWrite = ['file_write', 'file_edit', 'command', 'mcp_call'].includes(action.kind);
  if (facts.hasRedactionMarker && isWrite) {
    answers.push(
      deny({
        rule: 'redaction-marker',
        reason: 'it carries a redaction marker, which would replace the real content of a file',
        remedy: 'change only the parts of the file that are not redacted',
      }),
    );
  }
  return answers;
}
