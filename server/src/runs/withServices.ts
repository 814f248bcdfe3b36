import type { Agent } from '../agents/agent.ts';
import { scopesOf } from '../policy/scopes.ts';
import type { Policy } from '../policy/policy.ts';
import { isServiceVisible } from '../policy/services.ts';
import type { ServiceTool } from '../tools/services/listing.ts';

/** What stands in a role's list of tools for all tools of MCP servers. */
const allServices = 'mcp__*';

/** The agent with the tools of MCP servers that its role may have and policy lets it see, by their names. */
export function withServices(agent: Agent, policy: Policy, tools: readonly ServiceTool[]): Agent {
  if (!agent.tools.includes(allServices)) return agent;
  const scopes = scopesOf(policy, { kind: 'agent', name: agent.name, swarm: agent.swarm });
  const offered = tools.filter(({ server, tool }) => isServiceVisible(server, tool, scopes));
  return {
    ...agent,
    tools: [...agent.tools.filter((name) => name !== allServices), ...offered.map(({ name }) => name)],
  };
}
