import type { Policy } from '../policy/policy.ts';
import { hiddenPaths, isProtected } from '../policy/visibility.ts';
import type { Enclosure, Sandbox } from '../sandbox/confinement.ts';
import { undoProtected } from '../sandbox/protectedDiff.ts';
import { outermostPaths, readGuarded, type GuardedPaths } from '../sandbox/protectedSnapshot.ts';
import { createServices, type Services } from '../tools/services/services.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';

export interface ServicePlaces {
  readonly settings: readonly ServiceSettings[];
  readonly env: NodeJS.ProcessEnv;
  /** Absolute real path of what agents see as their workspace. */
  readonly root: string;
  readonly policy: Policy;
  readonly sandbox: Sandbox;
  readonly dependencies: Enclosure['dependencies'];
  /** A folder outside the worktree for what a server must not have made. */
  readonly quarantine: string;
}

/**
 * The MCP servers of a run, as policy lets them see its worktree: all agents share a server, so it does not see what any
 * of them may not.
 */
export function openServices({
  settings,
  env,
  root,
  policy,
  sandbox,
  dependencies,
  quarantine,
}: ServicePlaces): Services {
  const scopes = [policy.scope, ...Object.values(policy.agentScopes)];
  const isDenied = (path: string): boolean =>
    scopes.some((scope) => hiddenPaths({ ...policy, scope, agentScopes: {} }, { kind: 'loki' }, [path]).length > 0);
  const isGuarded = (path: string): boolean => isProtected(path) || isDenied(path);
  let before: GuardedPaths | null = null;
  return createServices({
    settings,
    env,
    root,
    sandbox,
    isAirGapped: policy.residency.isAirGapped,
    enclosure: () => {
      before ??= readGuarded(root, isGuarded);
      const guarded = outermostPaths(before.keys());
      return {
        workspace: root,
        hidden: outermostPaths([...before.keys()].filter(isDenied)),
        readOnly: guarded.filter((path) => !isDenied(path)),
        dependencies,
      };
    },
    undoForbidden: () => {
      if (before === null) return [];
      return undoProtected({ root, isGuarded, quarantine }, before).map(({ path }) => path);
    },
  });
}
