import path from 'node:path';
import type { Agent } from '../agents/agent.ts';
import type { CostLimits } from '../cost/limits.ts';
import { providerTable } from '../models/providerTable.ts';

/** Limits whose name nobody has, in words: a misspelt name limits nobody. `providers` are those of the configuration. */
export function unknownGroups(
  { groups }: CostLimits,
  roster: readonly Agent[],
  providers: readonly string[] = [],
): string | null {
  const known = {
    agent: new Set(['*', ...roster.map(({ name }) => name)]),
    swarm: new Set(['*', ...roster.map(({ swarm }) => swarm)]),
    provider: new Set(['*', ...providerTable.map(({ name }) => name), ...providers]),
  };
  const unknown = groups.flatMap(({ group: { kind, name } }) => {
    const isKnown =
      kind === 'project'
        ? name === '*' || path.isAbsolute(name)
        : kind === 'agent' || kind === 'swarm' || kind === 'provider'
          ? known[kind].has(name)
          : true;
    return isKnown ? [] : [`cost.per_${kind}.${name}`];
  });
  if (unknown.length === 0) return null;
  return `${unknown.join(', ')} limits nobody: no agent, swarm or provider has ${unknown.length === 1 ? 'this name' : 'these names'}, and projects go by their absolute path; correct the spelling`;
}
