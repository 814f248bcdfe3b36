import type { Action } from '#protocol/action';
import { digestOf } from '../../server/src/base/digest.ts';
import { newRunId, type RunId } from '../../server/src/base/id.ts';
import { authorize } from '../../server/src/policy/authorize.ts';
import type { Permit } from '../../server/src/policy/permit.ts';

/** A permit got the honest way: the action decided ALLOW by hand and authorized. */
export function permitFor<A extends Action>(action: A, runId: RunId = newRunId()): Permit<A> {
  return authorize(
    action,
    { kind: 'ALLOW', reason: 'a test', answers: [], actionDigest: digestOf(action), policyHash: 'test' },
    runId,
  );
}
