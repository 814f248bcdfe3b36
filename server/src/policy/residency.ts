import type { ActionOf } from '#protocol/action';
import type { RuleAnswer, RuleSource } from '#protocol/policy';
import { allow, deny, listSource } from './answer.ts';
import { readUrl, type ReadUrl } from './hosts.ts';
import type { EntryList, Policy, Residency } from './policy.ts';

/**
 * Where a model request may go, decided on the endpoint that is really called: its host, its region, and the proxy that
 * it is handed to. The demo provider has no endpoint: nothing leaves, so nothing is restricted.
 */
export function judgeModelCall(action: ActionOf<'model_call'>, policy: Policy): readonly RuleAnswer[] {
  if (action.provider === 'demo' && action.endpoint === undefined) {
    return [allow({ rule: 'demo-provider', reason: 'the demo provider has no endpoint' })];
  }
  const { residency } = policy;
  const read = action.endpoint === undefined ? null : readUrl(action.endpoint);
  const answers: RuleAnswer[] = [
    ...residency.providers.flatMap((list) => judgeProvider(action, read, list, residency)),
    ...residency.regions.flatMap((list) => judgeRegion(action, list)),
  ];
  const isHere = read?.kind === 'host' && read.isLoopback && action.proxy === undefined;
  const isNear = isHere && !isPassedOn(action.model);
  if (residency.isAirGapped && !isNear) {
    answers.push(
      deny({
        rule: 'air-gapped',
        reason: isHere
          ? `${action.model} is worked on in Ollama's cloud, and air_gapped is on`
          : 'only models on this machine are asked: air_gapped is on',
        remedy: `use a local ${isHere ? 'model' : 'server'}, or set residency.air_gapped to false`,
      }),
    );
  }
  return answers.length > 0 ? answers : [allow({ rule: 'residency', reason: `${action.provider} may be asked` })];
}

/** Whether a server of one's own passes a model's requests on: Ollama marks those of its cloud by their tag. */
function isPassedOn(model: string): boolean {
  return /:([^:]*-)?cloud$/i.test(model);
}

function judgeProvider(
  { provider, endpoint }: ActionOf<'model_call'>,
  read: ReadUrl | null,
  list: EntryList,
  residency: Residency,
): readonly RuleAnswer[] {
  if (!has(list, provider)) return [notListed('allowed_providers', `${provider} is not in allowed_providers`, list)];
  const isSealed = /^https:/i.test(endpoint ?? '');
  const isProvider = read?.kind === 'host' && isHostOf(provider, { ...read, isSealed }, listSource(list), residency);
  if (read === null || isProvider) return [];
  const host = read.kind === 'host' ? `${read.host}:${read.port}` : 'an address that cannot be read';
  return [
    deny({
      rule: 'residency',
      reason: `${provider} is in allowed_providers, but the request would go to ${host}`,
      remedy: `use the provider's own address, or set models.providers.${provider}.base_url where residency.allowed_providers is set`,
      source: listSource(list),
    }),
  ];
}

/** Whether a host is the provider: its own, or said to be by the tier that wrote the list or one above it. */
function isHostOf(
  provider: string,
  read: Extract<ReadUrl, { kind: 'host' }> & { readonly isSealed: boolean },
  listed: RuleSource,
  { hosts }: Residency,
): boolean {
  return hosts
    .filter((known) => known.provider.toLowerCase() === provider.toLowerCase() && rank[known.tier] <= rank[listed.tier])
    .some(({ host, tier }) => {
      if (tier !== 'default') return host === `${read.host}:${read.port}`;
      if (host === 'loopback') return read.isLoopback;
      // Without TLS nobody knows who answers, and at another port another server does.
      const isThere = host.startsWith('*.') ? read.host.endsWith(host.slice(1)) : read.host === host;
      return isThere && read.isSealed && read.port === '443';
    });
}

/** The higher a tier, the smaller; what is built in is nobody's claim. */
const rank: Readonly<Record<RuleSource['tier'], number>> = { default: 0, managed: 1, user: 2, project: 3 };

function judgeRegion(
  { provider, endpoint, region, proxy, model }: ActionOf<'model_call'>,
  list: EntryList,
): readonly RuleAnswer[] {
  if (proxy !== undefined) {
    const reason = `the request would be handed to the proxy ${proxy}, whose region is not known, and allowed_regions is set`;
    return [notListed('allowed_regions', reason, list, 'name the host in NO_PROXY, or ')];
  }
  if (region !== undefined && has(list, region) && !isPassedOn(model)) return [];
  const reason = isPassedOn(model)
    ? `${model} is worked on in Ollama's cloud, whose region is not known, and allowed_regions is set`
    : region === undefined
      ? 'the region of the endpoint is not known, and allowed_regions is set'
      : `${region} is not in allowed_regions`;
  // Of what is worked on elsewhere, or has no address, no configuration can say a region.
  const isOpen = region === undefined && endpoint !== undefined && !isPassedOn(model);
  const otherwise = `say it as models.providers.${provider}.region where residency.allowed_regions is set, or `;
  return [notListed('allowed_regions', reason, list, isOpen ? otherwise : '')];
}

function has(list: EntryList, value: string): boolean {
  return list.some((entry) => entry.text.toLowerCase() === value.toLowerCase());
}

function notListed(
  key: 'allowed_providers' | 'allowed_regions',
  reason: string,
  list: EntryList,
  otherwise = '',
): RuleAnswer {
  const now = list.map((entry) => entry.text).join(', ') || 'none';
  return deny({
    rule: 'residency',
    reason,
    remedy: `${otherwise}change residency.${key} (now: ${now})`,
    source: listSource(list),
  });
}
