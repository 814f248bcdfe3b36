import type { Action } from '#protocol/action';
import type { Actor } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import { evaluate, evaluateUnknown } from '../policy/evaluate.ts';
import type { Facts } from '../policy/facts.ts';
import type { Policy } from '../policy/policy.ts';
import type { ContentScan } from './contentScan.ts';
import { resolveFacts } from './resolve.ts';

/** A decision with the facts it was made on, where they could be found out. */
export interface Judged extends Decision {
  readonly facts?: Facts;
}

/** Decides about one action: facts first (the disk is read, nothing written), then policy, which is pure. */
export type Judge = (actor: Actor, action: Action) => Promise<Judged>;

export interface JudgeDeps {
  /** Absolute real path of the workspace. */
  readonly root: string;
  readonly policy: Policy;
  readonly scan: Pick<ContentScan, 'find'>;
  /** What a commit would carry: the lines that the worktree has and the run's start had not. */
  readonly addedText: () => Promise<string>;
}

/** A judge over one workspace. What cannot be found out is a DENY, never an exception. */
export function createJudge({ root, policy, scan, addedText }: JudgeDeps): Judge {
  return async (actor, action) => {
    try {
      const facts = await resolveFacts(
        root,
        action,
        async (text) => await scan.find(action.kind === 'git_commit' ? `${text}\n${await addedText()}` : text),
      );
      return { ...evaluate(policy, actor, action, facts), facts };
    } catch {
      return evaluateUnknown(policy, action, 'what the action touches could not be found out');
    }
  };
}
