import { isPermit, type Permit } from '../policy/permit.ts';
import { actorName, type Actor } from '../policy/actor.ts';
import { isHostNamed } from '../policy/hosts.ts';
import type { Policy } from '../policy/policy.ts';
import { scopesOf } from '../policy/scopes.ts';
import { hiddenPaths, isPassable, isProtected, isVisible } from '../policy/visibility.ts';
import type { Sandbox } from '../sandbox/confinement.ts';
import type { GitWorkspace } from '../tools/gitWorkspace.ts';
import { perform, type Performed, type ToolDeps } from '../tools/perform.ts';
import type { CommandDeps } from '../tools/runCommand.ts';
import { serversStopped, type Services } from '../tools/services/services.ts';
import type { Approver } from './approver.ts';
import { networkFor } from './networkFor.ts';

/** Has the effect of a permitted action for an actor. The gateway is its only caller and gives each permit once. */
export type Perform = (permit: Permit, actor: Actor, signal: AbortSignal) => Promise<Performed>;

export interface PerformDeps {
  /** Absolute real path of what agents see as their workspace. */
  readonly root: string;
  readonly git: GitWorkspace;
  readonly policy: Policy;
  readonly sandbox: Sandbox;
  readonly dependencies: CommandDeps['dependencies'];
  /** A folder outside the worktree for what a command must not have made. */
  readonly quarantine: string;
  /** In the user's own checkout: what is written there while a command works. */
  readonly isLeft?: CommandDeps['isLeft'];
  readonly approver: Approver;
  /** The MCP servers of the run; left out where there are none. */
  readonly services?: Services | undefined;
}

/** Puts the tools to work on one run's worktree, each actor seeing what policy lets it see. */
export function createPerform(deps: PerformDeps): Perform {
  const { root, git, policy, sandbox, dependencies, quarantine, isLeft, approver, services } = deps;
  // Kept for each actor, because the tools remember by this object what policy said about a path.
  const known = new Map<string, ToolDeps>();
  const toolsFor = (actor: Actor): ToolDeps => {
    const name = actorName(actor);
    const tools = known.get(name) ?? {
      workspace: {
        root,
        isVisible: (path) => isVisible(policy, actor, path),
        isPassable: (folder) => isPassable(policy, actor, folder),
      },
      git,
      command: {
        sandbox,
        dependencies,
        quarantine,
        isLeft,
        network: networkFor(policy, scopesOf(policy, actor)),
        isProtected,
        isDenied: (path) => hiddenPaths(policy, actor, [path]).length > 0,
      },
      services,
      web: { isNamed: (url) => isHostNamed(url, policy, scopesOf(policy, actor)) },
    };
    known.set(name, tools);
    return tools;
  };
  return async (permit, actor, signal) => {
    if (isPermit(permit, 'ask')) {
      const answer = await approver.reply(permit.action.question, signal);
      const text = answer ?? 'Nobody is there to answer. Decide yourself, and say in your summary what you assumed.';
      return { kind: 'done', text };
    }
    // Servers write when they like: what they planted is neither found by a command nor part of a commit.
    if (services !== undefined && (isPermit(permit, 'command') || isPermit(permit, 'git_commit'))) {
      const quarantined = await services.undo();
      if (quarantined.length > 0) return { kind: 'failed', text: `not done: ${serversStopped}`, quarantined };
    }
    return await perform(permit, toolsFor(actor), signal);
  };
}
