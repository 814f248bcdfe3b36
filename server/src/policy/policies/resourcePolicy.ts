import type { RuleAnswer } from '#protocol/policy';
import type { RunFacts } from '../facts.ts';
import { objectTo } from './objection.ts';
import type { Policies, ResourcePolicy } from './policies.ts';

// `resource` of a policies file: which providers are asked, and how many tokens a task may take. As with money, a request
// is held against the limit with the most that it can take, before it is sent.

const tokenSection = 'resource.max_tokens';

/** What the resource policies say about one model request. The demo provider has no endpoint: nothing leaves. */
export function judgeResource(
  policies: readonly ResourcePolicy[],
  request: { readonly provider: string | null; readonly isDemo: boolean },
  tokens: RunFacts['tokens'],
): readonly RuleAnswer[] {
  return policies.flatMap((policy) => [
    ...judgeProvider(policy, request),
    ...(tokens === null ? [] : judgeTokens(policy, tokens)),
  ]);
}

function judgeProvider(
  policy: ResourcePolicy,
  { provider, isDemo }: { readonly provider: string | null; readonly isDemo: boolean },
): RuleAnswer[] {
  const { providers } = policy;
  if (providers === null || isDemo) return [];
  if (provider !== null && providers.some((name) => name.toLowerCase() === provider.toLowerCase())) return [];
  const reason = provider === null ? 'the provider is not known' : `${provider} is not among the providers`;
  const remedy = `ask one of: ${providers.join(', ') || 'none'}`;
  return [objectTo(policy, 'deny', { section: 'resource.providers', reason, remedy })];
}

function judgeTokens(
  policy: ResourcePolicy,
  { used, worst, granted, raisedTo = null }: NonNullable<RunFacts['tokens']>,
): RuleAnswer[] {
  const { maxTokens, onExceed } = policy;
  if (maxTokens === null) return [];
  // Each yes of a person grants as many tokens again.
  const agreed = onExceed === 'require_approval' ? maxTokens * (1 + granted) : maxTokens;
  const limit = Math.max(agreed, raisedLimit(policy, maxTokens, raisedTo));
  if (used + worst <= limit) return [];
  const severity = onExceed === 'shutdown' ? 'deny' : onExceed;
  const more = onExceed === 'require_approval' ? `; a yes grants ${maxTokens} more` : '';
  const reason = `the limit of ${limit} tokens does not afford another request (${used} used, up to ${worst} more)${more}`;
  return [objectTo(policy, severity, { section: tokenSection, reason, remedy: 'split the task' })];
}

/** Whether an answer says that the tokens of a task are used up: its run pauses instead of failing. */
export function isTokenLimit({ rule }: RuleAnswer): boolean {
  return rule === tokenSection || rule.startsWith(`${tokenSection}/`);
}

/** The tightest of the limits that stop a task, and what no person may raise it above. */
export interface TokenLimit {
  readonly limit: number;
  readonly ceiling: number | null;
}

/** Null where none is set. What the managed policies set, no person raises. */
export function tokenLimit({ resource }: Pick<Policies, 'resource'>, raisedTo: number | null): TokenLimit | null {
  const stopping = resource.flatMap((policy) => {
    const { maxTokens, onExceed, isMonitored, source } = policy;
    if (maxTokens === null || onExceed !== 'shutdown' || isMonitored) return [];
    return [{ limit: raisedLimit(policy, maxTokens, raisedTo), isManaged: source.tier === 'managed' }];
  });
  if (stopping.length === 0) return null;
  const managed = stopping.filter(({ isManaged }) => isManaged).map(({ limit }) => limit);
  return {
    limit: Math.min(...stopping.map(({ limit }) => limit)),
    ceiling: managed.length === 0 ? null : Math.min(...managed),
  };
}

/** What is left of the tightest limit that ends a run, for the size of the next answer; null where there is none. */
export function tokensLeft(policies: Pick<Policies, 'resource'>, used: number, raisedTo: number | null): number | null {
  const tightest = tokenLimit(policies, raisedTo);
  return tightest === null ? null : Math.max(0, tightest.limit - used);
}

function raisedLimit({ source }: ResourcePolicy, maxTokens: number, raisedTo: number | null): number {
  return source.tier === 'managed' ? maxTokens : Math.max(maxTokens, raisedTo ?? 0);
}

/** The alerts of the resource policies that a task has reached with its last request, in words. */
export function tokenAlerts(
  { resource }: Pick<Policies, 'resource'>,
  before: number,
  after: number,
): readonly string[] {
  return resource.flatMap(({ maxTokens, alerts }) => {
    if (maxTokens === null) return [];
    const reached = alerts.filter((share) => before < share * maxTokens && after >= share * maxTokens);
    const most = reached.length === 0 ? null : Math.max(...reached);
    if (most === null) return [];
    return [`${Math.round(most * 100)} % of the ${maxTokens} tokens for this task are used (${after})`];
  });
}
