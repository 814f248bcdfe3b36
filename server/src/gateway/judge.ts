import type { Action } from '#protocol/action';
import type { Phase } from '#protocol/phase';
import type { Actor } from '../policy/actor.ts';
import type { Decision } from '../policy/decision.ts';
import { evaluate, evaluateUnknown } from '../policy/evaluate.ts';
import type { ContentFacts, RunFacts } from '../policy/facts.ts';
import { patternsIn } from '../policy/policies/dataPolicy.ts';
import type { Policy } from '../policy/policy.ts';
import type { ContentScan } from './contentScan.ts';
import { resolveFacts } from './resolve.ts';

/** Decides about one action: facts first (the disk is read, nothing written), then policy, which is pure. */
export type Judge = (actor: Actor, action: Action, moment?: Moment) => Promise<Decision>;

/** What the caller alone knows about the moment in which an action happens. What it leaves out counts as not known. */
export interface Moment {
  readonly phase?: Phase | null;
  /** For a model request: what it sends, found out about once, and its tokens. */
  readonly sent?: { readonly text: string; readonly personal: readonly string[] | null };
  readonly tokens?: RunFacts['tokens'];
  readonly agreedContent?: readonly string[];
}

export interface JudgeDeps {
  /** Absolute real path of the workspace. */
  readonly root: string;
  readonly policy: Policy;
  readonly scan: Pick<ContentScan, 'find'>;
  /** What a commit would carry: the lines that the worktree has and the run's start had not. */
  readonly addedText: () => Promise<string>;
  /** Agents at work in this workspace; asked only where a policy counts them. Left out where the asker is the only one. */
  readonly activeAgents?: () => Promise<number | null>;
  /** The gates that have passed on the files as they are now; asked only where a policy requires some. */
  readonly passedGates?: () => Promise<readonly string[]>;
}

/** A judge over one workspace. What cannot be found out is a DENY, never an exception. */
export function createJudge(deps: JudgeDeps): Judge {
  const { root, policy, scan, addedText } = deps;
  return async (actor, action, moment = {}) => {
    try {
      let content = contentOf(policy, moment.sent ?? { text: '', personal: [] });
      const facts = await resolveFacts(root, action, async (text) => {
        const whole = action.kind === 'git_commit' ? `${text}\n${await addedText()}` : text;
        const found = await scan.find(whole);
        content = contentOf(policy, { text: whole, personal: found.personal ?? null });
        return found;
      });
      return evaluate(policy, actor, action, { ...facts, content, run: await runFacts(deps, moment) });
    } catch {
      return evaluateUnknown(policy, action, 'what the action touches could not be found out');
    }
  };
}

function contentOf({ policies }: Policy, { text, personal }: NonNullable<Moment['sent']>): ContentFacts {
  return { personal, patterns: patternsIn(policies, text) };
}

async function runFacts({ policy, activeAgents, passedGates }: JudgeDeps, moment: Moment): Promise<RunFacts> {
  const { preExecution, preDeployment } = policy.policies;
  const countsAgents = preExecution.some(({ expression }) => expression.kind === 'compares');
  return {
    phase: moment.phase ?? null,
    activeAgents: countsAgents && activeAgents !== undefined ? await activeAgents() : 1,
    tokens: moment.tokens ?? null,
    passedGates: preDeployment.length > 0 && passedGates !== undefined ? await passedGates() : null,
    agreedContent: moment.agreedContent ?? [],
  };
}
