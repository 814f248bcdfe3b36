import type { Action } from '#protocol/action';
import { digestOf } from '../base/digest.ts';
import type { RunId } from '../base/id.ts';
import { invariant } from '../base/invariant.ts';
import type { Decision } from './decision.ts';
import { issuePermit, type Permit } from './permit.ts';

/** A person's yes to one action, by its digest, under the policy that asked. */
export interface GrantedApproval {
  readonly outcome: 'approved';
  readonly actionDigest: string;
  readonly policyHash: string;
}

/**
 * The only maker of permits. Calling it for an action that was not decided ALLOW, or whose approval is for another
 * action, is a bug in the caller and throws.
 */
export function authorize<A extends Action>(
  action: A,
  decision: Decision,
  runId: RunId,
  approval?: GrantedApproval,
): Permit<A> {
  const digest = digestOf(action);
  invariant(decision.actionDigest === digest, 'the decision was made on another action');
  invariant(decision.kind !== 'DENY', 'a denied action is never authorized');
  if (decision.kind === 'REQUIRE_APPROVAL') {
    invariant(approval?.outcome === 'approved', 'the action needs an approval');
    invariant(approval.actionDigest === digest, 'the approval was given for another action');
    invariant(approval.policyHash === decision.policyHash, 'the approval was given under another policy');
  }
  return issuePermit(action, digest, decision.policyHash, runId);
}
