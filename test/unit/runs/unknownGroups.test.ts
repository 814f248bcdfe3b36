import { expect, test } from 'vitest';
import { loadRoster } from '../../../server/src/agents/loadRoster.ts';
import { noPeriodLimits } from '../../../server/src/cost/limits.ts';
import { unknownGroups } from '../../../server/src/runs/unknownGroups.ts';
import { noLimits } from '../cost/aRequest.ts';

const roster = await loadRoster(new URL('../../../server/src/agents/roster', import.meta.url).pathname);

test.each<['agent' | 'swarm' | 'user' | 'provider' | 'project', string, RegExp | null]>([
  ['agent', 'security_auditor', null],
  ['agent', '*', null],
  ['swarm', 'review', null],
  ['user', 'nobody-known', null],
  ['agent', 'security_audtor', /cost\.per_agent\.security_audtor limits nobody/],
  ['swarm', 'security_auditor', /cost\.per_swarm\.security_auditor/],
  ['provider', 'anthropic', null],
  ['provider', 'our-gateway', null],
  ['provider', 'OpenAI', /cost\.per_provider\.OpenAI limits nobody/],
  ['project', '/home/dev/shop', null],
  ['project', '*', null],
  ['project', '~/shop', /cost\.per_project\.~\/shop limits nobody.*absolute path/],
])('a limit of the %s %s', (kind, name, expected) => {
  const words = unknownGroups({ ...noLimits, groups: [{ ...noPeriodLimits, group: { kind, name } }] }, roster, [
    'our-gateway',
  ]);
  if (expected === null) expect(words).toBeNull();
  else expect(words).toMatch(expected);
});
