import type { ActionOf } from '#protocol/action';
import type { RuleAnswer } from '#protocol/policy';
import { allow, deny, listSource } from './answer.ts';
import type { EntryList, Policy } from './policy.ts';
import { readUrl } from './hosts.ts';

/** Where a model request may go. The demo provider has no endpoint: nothing leaves, so nothing is restricted. */
export function judgeModelCall(action: ActionOf<'model_call'>, policy: Policy): readonly RuleAnswer[] {
  if (action.provider === 'demo' && action.endpoint === undefined) {
    return [allow({ rule: 'demo-provider', reason: 'the demo provider has no endpoint' })];
  }
  const { residency } = policy;
  const answers: RuleAnswer[] = [
    ...residency.providers.flatMap((list) => judgeMember('allowed_providers', action.provider, list)),
    ...residency.regions.flatMap((list) => judgeMember('allowed_regions', action.region ?? null, list)),
  ];
  const isNear = action.endpoint !== undefined && isLoopbackEndpoint(action.endpoint);
  if (residency.isAirGapped && !isNear) {
    answers.push(
      deny({
        rule: 'air-gapped',
        reason: 'only models on this machine are asked: air_gapped is on',
        remedy: 'use a local server, or set residency.air_gapped to false',
      }),
    );
  }
  return answers.length > 0 ? answers : [allow({ rule: 'residency', reason: `${action.provider} may be asked` })];
}

function judgeMember(
  key: 'allowed_providers' | 'allowed_regions',
  value: string | null,
  list: EntryList,
): RuleAnswer[] {
  if (value !== null && list.some((entry) => entry.text.toLowerCase() === value.toLowerCase())) return [];
  const reason =
    value === null ? `the region of the endpoint is not known, and ${key} is set` : `${value} is not in ${key}`;
  return [
    deny({
      rule: 'residency',
      reason,
      remedy: `change residency.${key} (now: ${list.map((entry) => entry.text).join(', ') || 'none'})`,
      source: listSource(list),
    }),
  ];
}

function isLoopbackEndpoint(endpoint: string): boolean {
  const read = readUrl(endpoint);
  return read.kind === 'host' && read.isLoopback;
}
