import { hasAllowedHosts, judgeConnection, namesLoopback } from '../policy/hosts.ts';
import type { Policy, Scope } from '../policy/policy.ts';
import type { CommandDeps } from '../tools/runCommand.ts';

/** What policy says about each connection of what runs in the sandbox under these scopes; null where it may reach nothing. */
export function networkFor(policy: Policy, scopes: readonly Scope[]): CommandDeps['network'] {
  if (!hasAllowedHosts(policy, scopes)) return null;
  return {
    reachesLoopback: namesLoopback(scopes),
    judge: (host, port) => judgeConnection(host, port, policy, scopes),
  };
}
