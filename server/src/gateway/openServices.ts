import type { WithheldKey } from '../base/withheldKey.ts';
import type { Policy } from '../policy/policy.ts';
import { hiddenPaths, isProtected } from '../policy/visibility.ts';
import type { Enclosure, Sandbox } from '../sandbox/confinement.ts';
import { createServices, type Services } from '../tools/services/services.ts';
import { networkFor } from './networkFor.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';

export interface ServicePlaces {
  readonly settings: readonly ServiceSettings[];
  readonly env: NodeJS.ProcessEnv;
  readonly withheld: readonly WithheldKey[];
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
  withheld,
  root,
  policy,
  sandbox,
  dependencies,
  quarantine,
}: ServicePlaces): Services {
  const scopes = [policy.scope, ...Object.values(policy.agentScopes)];
  const isDenied = (path: string): boolean =>
    scopes.some((scope) => hiddenPaths({ ...policy, scope, agentScopes: {} }, { kind: 'loki' }, [path]).length > 0);
  return createServices({
    settings,
    env,
    withheld,
    sandbox,
    workspace: { root, dependencies, quarantine, isProtected, isDenied, network: networkFor(policy, scopes) },
    isAirGapped: policy.residency.isAirGapped,
  });
}
