import type { Action } from '#protocol/action';
import type { Phase } from '#protocol/phase';
import type { Actor } from '../policy/actor.ts';
import { remotesOf } from '../policy/airGap.ts';
import type { Decision } from '../policy/decision.ts';
import { evaluate, evaluateUnknown } from '../policy/evaluate.ts';
import type { ContentFacts, Facts, RemoteFacts, RunFacts } from '../policy/facts.ts';
import { patternsIn } from '../policy/policies/dataPolicy.ts';
import type { Policy } from '../policy/policy.ts';
import type { ContentScan } from './contentScan.ts';
import { resolveFacts } from './resolve.ts';

/** A decision with the facts it was made on, where they could be found out. */
export interface Judged extends Decision {
  readonly facts?: Facts;
}

/** Decides about one action: facts first (the disk is read, nothing written), then policy, which is pure. */
export type Judge = (actor: Actor, action: Action, moment?: Moment) => Promise<Judged>;

/** What the caller alone knows about the moment in which an action happens. What it leaves out counts as not known. */
export interface Moment {
  readonly phase?: Phase | null;
  /** For a model request: what it sends, found out about once, and its tokens. */
  readonly sent?: { readonly text: string; readonly personal: readonly string[] | null };
  readonly tokens?: RunFacts['tokens'];
  readonly agreedContent?: readonly string[];
}

/** Everywhere that git would go for a remote, for a command or for Loki itself; null for one that nobody knows. */
export type RouteFinder = (remote: string, asked: { readonly isCommand: boolean }) => Promise<RemoteFacts | null>;

export interface JudgeDeps {
  /** Absolute real path of the workspace. */
  readonly root: string;
  readonly policy: Policy;
  readonly scan: Pick<ContentScan, 'find'>;
  /** What a commit would carry: the lines that the worktree has and the run's start had not. */
  readonly addedText: () => Promise<string>;
  /** Agents at work in this workspace; asked only where a policy counts them. Left out where the asker is the only one. */
  readonly activeAgents?: () => Promise<number | null>;
  /** Where git would go for a remote; asked only where nothing may leave this machine. Left out: nobody knows. */
  readonly remoteRoutes?: RouteFinder;
  /** The gates that have passed on the files as they are now; asked only where a policy requires some. */
  readonly passedGates?: () => Promise<readonly string[]>;
}

/** A judge over one workspace. What cannot be found out is a DENY, never an exception. */
export function createJudge(deps: JudgeDeps): Judge {
  const { root, policy, scan, addedText } = deps;
  return async (actor, action, moment = {}) => {
    try {
      const contents: ContentFacts[] = [];
      const known = await resolveFacts(root, action, async (text) => {
        const whole = action.kind === 'git_commit' ? `${text}\n${await addedText()}` : text;
        const found = await scan.find(whole);
        contents.push(contentOf(policy, { text: whole, personal: found.personal ?? null }));
        return found;
      });
      if (contents.length === 0) contents.push(contentOf(policy, moment.sent ?? { text: '', personal: [] }));
      const remotes = await routesOf(deps, action);
      const facts = { ...known, content: together(contents), remotes, run: await runFacts(deps, moment) };
      return { ...evaluate(policy, actor, action, facts), facts };
    } catch {
      return evaluateUnknown(policy, action, 'what the action touches could not be found out');
    }
  };
}

async function routesOf({ policy, remoteRoutes }: JudgeDeps, action: Action): Promise<NonNullable<Facts['remotes']>> {
  if (remoteRoutes === undefined) return new Map();
  const asked = { isCommand: action.kind === 'command' };
  const found = remotesOf(action, policy).map(async (remote) => [remote, await remoteRoutes(remote, asked)] as const);
  return new Map(await Promise.all(found));
}

function contentOf({ policies }: Policy, { text, personal }: NonNullable<Moment['sent']>): ContentFacts {
  return { personal, patterns: patternsIn(policies, text) };
}

/** What was found in several texts of one action. */
function together(contents: readonly ContentFacts[]): ContentFacts {
  const personal = contents.map((content) => content.personal);
  const found = personal.flatMap((kinds) => kinds ?? []);
  return {
    personal: personal.includes(null) ? null : [...new Set(found)],
    patterns: [...new Set(contents.flatMap(({ patterns }) => patterns))],
  };
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
