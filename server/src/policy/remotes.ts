import type { RuleAnswer } from '#protocol/policy';
import { ask, deny } from './answer.ts';

/** A push goes to a remote that the repository knows by name; an address that an agent writes asks. */
export function judgeRemote(remote: string): readonly RuleAnswer[] {
  if (remote === '' || remote.startsWith('-') || /[\p{Cc} ]/u.test(remote) || remote.includes('::')) {
    return [
      deny({
        rule: 'remote-form',
        reason: 'this is not the name of a remote',
        remedy: 'name a remote of the repository, such as origin',
      }),
    ];
  }
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(remote)) return [];
  return [
    ask({
      rule: 'remote-address',
      reason: 'it pushes to an address instead of a remote of the repository',
      remedy: 'name a remote of the repository, such as origin',
    }),
  ];
}
