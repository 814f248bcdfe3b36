import { describe, expect, it } from 'vitest';
import type { ResourcePolicy } from '../../../../server/src/policy/policies/policies.ts';
import { judgeResource, tokenLimit, tokensLeft } from '../../../../server/src/policy/policies/resourcePolicy.ts';

type Tier = ResourcePolicy['source']['tier'];

function policy(changes: Partial<ResourcePolicy> = {}, tier: Tier = 'project'): ResourcePolicy {
  const source = { tier, file: '.loki/policies.yaml', line: 1 };
  return {
    name: null,
    source,
    isMonitored: false,
    providers: null,
    alerts: [],
    maxTokens: 1000,
    onExceed: 'shutdown',
    ...changes,
  };
}

function decide(one: ResourcePolicy, raisedTo: number | null): readonly string[] {
  const tokens = { used: 900, worst: 101, granted: 0, raisedTo };
  return judgeResource([one], { provider: 'anthropic', isDemo: false }, tokens).map(({ decision }) => decision);
}

describe('tokens that a person has raised', () => {
  it.each<[ResourcePolicy, number | null, readonly string[]]>([
    [policy(), null, ['DENY']],
    [policy(), 1000, ['DENY']],
    [policy(), 1001, []],
    [policy({ onExceed: 'require_approval' }), 1000, ['REQUIRE_APPROVAL']],
    [policy({ onExceed: 'require_approval' }), 1001, []],
    [policy({}, 'managed'), 5000, ['DENY']],
  ])('%# let a task use as many, unless the limit is managed', (one, raisedTo, expected) => {
    expect(decide(one, raisedTo)).toEqual(expected);
  });

  it('are never more than what a managed policy allows beside', () => {
    const resource = [policy(), policy({ maxTokens: 3000 }, 'managed')];
    expect(tokenLimit({ resource }, null)).toEqual({ limit: 1000, ceiling: 3000 });
    expect(tokenLimit({ resource }, 9000)).toEqual({ limit: 3000, ceiling: 3000 });
    expect(tokensLeft({ resource }, 900, 2000)).toBe(1100);
  });

  it('are nothing where no policy stops a task', () => {
    const resource = [policy({ onExceed: 'warn' }), policy({ isMonitored: true }), policy({ maxTokens: null })];
    expect(tokenLimit({ resource }, 9000)).toBeNull();
    expect(tokensLeft({ resource }, 900, null)).toBeNull();
  });
});
