import { describe, expect, test } from 'vitest';
import type { ActionOf } from '#protocol/action';
import type { Actor } from '../../../server/src/policy/actor.ts';
import { evaluate } from '../../../server/src/policy/evaluate.ts';
import { isHostNamed } from '../../../server/src/policy/hosts.ts';
import type { Policy } from '../../../server/src/policy/policy.ts';
import { isServiceVisible } from '../../../server/src/policy/services.ts';
import type { TierScope } from '../../../server/src/policy/tiers.ts';
import { entries, factsOf, implementer, policyOf } from './fixtures.ts';

const loki: Actor = { kind: 'loki' };
type Launch = ActionOf<'mcp_start'>['launch'];
const program: Launch = { type: 'stdio', command: 'x', args: [], cwd: '.', env: [] };
const download: Launch = { ...program, command: '/usr/bin/npx', args: ['-y', '@example/server'] };
const at = (url: string): Launch => ({ type: 'http', url, headers: [] });

function decide(launch: Launch, policy: Policy, actor = loki) {
  const action: ActionOf<'mcp_start'> = { kind: 'mcp_start', server: 'git', launch, definition: '0'.repeat(64) };
  return evaluate(policy, actor, action, factsOf(action)).kind;
}

const airGapped = (policy: Policy): Policy => ({ ...policy, residency: { ...policy.residency, isAirGapped: true } });

describe('starting a server', () => {
  test.each<[string, Parameters<typeof decide>, string]>([
    ['by Loki, once the user has agreed', [program, policyOf({})], 'ALLOW'],
    ['by an agent', [program, policyOf({}), implementer], 'DENY'],
    ['all of whose tools are denied', [program, policyOf({ deniedServices: entries('git:*') })], 'DENY'],
    ['where every service is denied', [program, policyOf({ deniedServices: entries('*') })], 'DENY'],
    ['by another spelling of its name', [program, policyOf({ deniedServices: entries('GIT:*') })], 'DENY'],
    ['some of whose tools are denied', [program, policyOf({ deniedServices: entries('git:merge_*') })], 'ALLOW'],
    ['air-gapped, in the sandbox', [program, airGapped(policyOf({}, { isConfined: true }))], 'ALLOW'],
    ['air-gapped, without one', [program, airGapped(policyOf({}))], 'REQUIRE_APPROVAL'],
    ['air-gapped, by what downloads it', [download, airGapped(policyOf({}))], 'DENY'],
    ['by what downloads it, in the sandbox', [download, airGapped(policyOf({}, { isConfined: true }))], 'ALLOW'],
    ['at an address, where no hosts are listed', [at('https://mcp.example/x'), policyOf({})], 'ALLOW'],
    ['at a listed host', [at('https://mcp.example/x'), policyOf({ allowedHosts: entries('mcp.example') })], 'ALLOW'],
    ['at a host that is not listed', [at('https://mcp.example/x'), policyOf({ allowedHosts: entries('a.b') })], 'DENY'],
    ['at an address, air-gapped', [at('https://mcp.example/x'), airGapped(policyOf({}))], 'DENY'],
    ['on this machine, air-gapped', [at('http://127.0.0.1:9/x'), airGapped(policyOf({}))], 'ALLOW'],
    ['at a metadata service', [at('http://169.254.169.254/'), policyOf({})], 'DENY'],
    ['at an address with a password', [at('https://a:b@mcp.example/'), policyOf({})], 'DENY'],
  ])('%s', (_, args, decision) => {
    expect(decide(...args)).toBe(decision);
  });
});

test.each<[string, TierScope, boolean]>([
  ['https://a.example/', { allowedHosts: entries('a.example') }, true],
  ['https://a.example/', { allowedHosts: entries('*.example') }, false],
  ['https://a.example/', {}, false],
  ['http://localhost:3000/', {}, true],
  ['http://10.0.0.5/', {}, true],
  ['http://10.0.0.5/', { allowedHosts: entries('a.example') }, false],
  ['http://10.0.0.5/', { allowedHosts: entries('10.0.0.5') }, true],
  ['http://169.254.169.254/', {}, false],
])('whether %s may lead to a private network with %j: %s', (url, scope, isNamed) => {
  const policy = policyOf(scope);
  expect(isHostNamed(url, policy, [policy.scope])).toBe(isNamed);
});

test.each<[string, TierScope, boolean]>([
  ['read', {}, true],
  ['read', { allowedServices: entries('git:push') }, true],
  ['read', { deniedServices: entries('git:read') }, false],
  ['READ', { deniedServices: entries('git:read') }, false],
  ['re\u200bad', {}, false],
])('whether an agent sees %j with %j: %s', (tool, scope, isSeen) => {
  expect(isServiceVisible('git', tool, [policyOf(scope).scope])).toBe(isSeen);
});
