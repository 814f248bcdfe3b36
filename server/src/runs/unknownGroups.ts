import type { Agent } from '../agents/agent.ts';
import type { CostLimits } from '../cost/limits.ts';

/** Limits of agents and swarms that no agent belongs to, in words: a misspelt name limits nobody. */
export function unknownGroups({ groups }: CostLimits, roster: readonly Agent[]): string | null {
  const known = {
    agent: new Set(['*', ...roster.map(({ name }) => name)]),
    swarm: new Set(['*', ...roster.map(({ swarm }) => swarm)]),
  };
  const unknown = groups.flatMap(({ group: { kind, name } }) =>
    (kind === 'agent' || kind === 'swarm') && !known[kind].has(name) ? [`cost.per_${kind}.${name}`] : [],
  );
  if (unknown.length === 0) return null;
  return `${unknown.join(', ')} limits nobody: no ${unknown.length === 1 ? 'agent or swarm has this name' : 'agents or swarms have these names'}; correct the spelling`;
}
