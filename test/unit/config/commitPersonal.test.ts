import { expect, test } from 'vitest';
import { mergeConfig } from '../../../server/src/config/mergeConfig.ts';
import type { Tier } from '../../../server/src/config/tier.ts';

function tier(name: Tier['tier'], isOn: boolean | null): Tier {
  const values = isOn === null ? {} : { audit: { commit_personal: isOn } };
  return { tier: name, values, sourceOf: () => ({ tier: name, file: null, line: null }) };
}

test.each<[string, boolean | null, boolean | null, boolean, boolean]>([
  ['no tier sets it', null, null, true, false],
  ['the project says no', null, false, true, false],
  ['the project says yes', null, true, true, true],
  ['the project says yes and the managed file no', false, true, true, true],
  ['the managed file says yes and the project no', true, false, true, true],
  ['a project says yes that is not trusted', null, true, false, true],
])('personal values are kept apart as soon as one tier says so: %s', (_what, managed, project, isTrusted, expected) => {
  const { commitPersonal } = mergeConfig([tier('managed', managed), tier('project', project)], isTrusted);
  expect(commitPersonal).toBe(expected);
});
