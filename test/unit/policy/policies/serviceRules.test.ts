import { expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import type { Conditions } from '../../../../server/src/policy/policies/policies.ts';
import { covers } from '../../../../server/src/policy/policies/actionRules.ts';
import { factsOf, implementer } from '../fixtures.ts';

const none: Conditions = {
  kinds: [],
  paths: [],
  commands: [],
  hosts: [],
  branches: [],
  tools: [],
  agents: [],
  phases: [],
};

test.each<[Partial<Conditions>, Action]>([
  [
    { kinds: ['command'], commands: ['terraform apply'] },
    { kind: 'mcp_call', server: 's', tool: 'run', arguments: { command: 'terraform', args: ['apply'] } },
  ],
  [
    { kinds: ['git_push'], branches: ['main'] },
    { kind: 'mcp_call', server: 's', tool: 'run', arguments: { command: 'git push origin HEAD:main' } },
  ],
  [
    { kinds: ['git_push'], branches: ['main'] },
    { kind: 'mcp_call', server: 'github', tool: 'push_files', arguments: { branch: 'main' } },
  ],
  [
    { commands: ['npx'] },
    {
      kind: 'mcp_start',
      server: 's',
      launch: { type: 'stdio', command: 'npx', args: ['-y', 'it'], cwd: '.', env: [] },
      definition: 'd',
    },
  ],
  [
    { hosts: ['*.example.org'] },
    {
      kind: 'mcp_start',
      server: 's',
      launch: { type: 'http', url: 'https://mcp.example.org/mcp', headers: [] },
      definition: 'd',
    },
  ],
])('a rule on %j covers what an MCP server is one more way to', (conditions, action) => {
  const subject = { actor: implementer, action, phase: null, facts: factsOf(action) };
  expect(covers({ ...none, ...conditions }, subject)).toBe(true);
});
