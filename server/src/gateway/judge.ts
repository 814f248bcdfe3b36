import type { Action } from '#protocol/action';
import { digestOf } from '../base/digest.ts';
import type { Actor } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { Policy } from '../policy/policy.ts';
import type { ContentScan } from './contentScan.ts';
import { resolveFacts } from './resolve.ts';

/** Decides about one action: facts first (the disk is read, nothing written), then policy, which is pure. */
export type Judge = (actor: Actor, action: Action) => Promise<Decision>;

/** A judge over one workspace. What cannot be found out is a DENY, never an exception. */
export function createJudge(root: string, policy: Policy, scan: ContentScan): Judge {
  return async (actor, action) => {
    try {
      const facts = await resolveFacts(root, action, (text) => scan.find(text));
      return evaluate(policy, actor, action, facts);
    } catch {
      return {
        kind: 'DENY',
        reason: 'What the action touches could not be found out',
        answers: [
          {
            rule: 'facts',
            decision: 'DENY',
            reason: 'What the action touches could not be found out',
            source: { tier: 'default', file: null, line: null },
          },
        ],
        actionDigest: digestOf(action),
        policyHash: policy.hash,
      };
    }
  };
}
