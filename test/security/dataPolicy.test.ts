import { expect, test } from 'vitest';
import type { Action } from '#protocol/action';
import { parsePolicies } from '../../server/src/config/parsePolicies.ts';
import { contentScan } from '../../server/src/gateway/contentScan.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { implementer, policyOf } from '../unit/policy/fixtures.ts';
import { temporaryFolder } from '../unit/temporaryFolder.ts';

// What a data policy looks for, on every route on which something leaves or is written, however it is written down there.

const policies = parsePolicies(
  String.raw`data: { pii_scanning: true, patterns: ['ACME-\d{4}', '^top secret'] }`,
  '.loki/policies.yaml',
  'project',
);

async function rulesOf(action: Action): Promise<readonly string[]> {
  const root = await temporaryFolder();
  const policy = { ...policyOf({}), policies };
  const judge = createJudge({ root, policy, scan: contentScan, addedText: async () => 'ann.lee@example.org' });
  const { answers } = await judge(implementer, action);
  return answers.filter(({ decision }) => decision === 'DENY').map(({ rule }) => rule);
}

const fetched = (query: string): Action => ({ kind: 'fetch', url: `https://docs.example.org/?q=${query}` });
const called = (given: Record<string, unknown>): Action => ({
  kind: 'mcp_call',
  server: 'it',
  tool: 'put',
  arguments: given,
});

test.each<Action>([
  { kind: 'file_write', path: 'a.txt', content: 'ann.lee@example.org' },
  { kind: 'file_edit', path: 'a.txt', oldText: 'a', newText: 'ann.lee@example.org' },
  { kind: 'command', command: 'echo ann.lee@example.org' },
  { kind: 'git_commit', message: 'of what was added' },
  { kind: 'git_push', remote: 'origin', branch: 'ann.lee@example.org' },
  fetched('ann.lee@example.org'),
  fetched('ann.lee%40example.org'),
  fetched('ann.lee%2540example%252Eorg'),
  fetched('4111+1111+1111+1111'),
  fetched('4111%201111%201111%201111'),
  called({ text: 'ann.lee@example.org' }),
  called({ deep: [{ 'ann.lee@example.org': 1 }] }),
  called({ link: 'https://example.org/?q=ann.lee%40example.org' }),
])('%j carries personal data', async (action) => {
  expect(await rulesOf(action)).toContain('data.pii_scanning');
});

test.each<Action>([
  { kind: 'file_write', path: 'a.txt', content: 'a\ntop secret' },
  { kind: 'git_branch', branch: 'loki/ACME-1234' },
  fetched('ACME%2D1234'),
  called({ text: 'a\ntop secret' }),
  called({ text: 'ACME%2d1234' }),
  {
    kind: 'mcp_start',
    server: 'it',
    launch: { type: 'stdio', command: 'node', args: ['ACME-1234'], cwd: '.', env: [] },
    definition: 'd',
  },
])('%j carries what a pattern finds', async (action) => {
  expect(await rulesOf(action)).toContain('data.patterns');
});
