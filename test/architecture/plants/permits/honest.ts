// The honest way compiles. Without this file a mistake in the set-up would look like a forgery that was refused.
import type { ActionOf } from '#protocol/action';
import { authorize } from '../../../../server/src/policy/authorize.ts';
import type { Decision } from '../../../../server/src/policy/decision.ts';
import { isPermit, type Permit } from '../../../../server/src/policy/permit.ts';
import type { RunId } from '../../../../server/src/base/id.ts';

export function honest(action: ActionOf<'command'>, decision: Decision, runId: RunId): Permit<ActionOf<'command'>> {
  const permit: Permit = authorize(action, decision, runId);
  if (!isPermit(permit, 'command')) throw new Error('not a permit for a command');
  return permit;
}
