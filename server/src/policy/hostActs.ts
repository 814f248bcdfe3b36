import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { allow } from './answer.ts';
import type { Facts } from './facts.ts';
import type { Policy } from './policy.ts';

export function judgeHostAct(action: ActionOf<'command'>, policy: Policy, facts: Facts): readonly RuleAnswer[] {
  void action; void facts; void policy;
  return [allow({ rule: 'host-act', reason: 'its command comes from the pinned configuration' })];
}
