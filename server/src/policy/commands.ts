import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { allow, ask } from './answer.ts';
import { commandPathUses } from './commandUses.ts';
import type { Facts } from './facts.ts';
import { judgePath } from './paths.ts';
import type { Policy, Scope } from './policy.ts';

export function judgeCommand(action: ActionOf<'command'>, policy: Policy, scopes: readonly Scope[], facts: Facts): readonly RuleAnswer[] {
  return [
    ...commandPathUses(action).flatMap((use) => judgePath(use, facts, scopes)),
    policy.isConfined
      ? allow({ rule: 'sandbox', reason: 'it runs in the sandbox' })
      : ask({ rule: 'allowed-commands', reason: 'the command is not in allowed_commands' }),
  ];
}
