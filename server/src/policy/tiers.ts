import { digestOf } from '../base/digest.ts';
import { noPolicies, type Policies, type Written } from './policies/policies.ts';
import type { Entry, EntryList, Policy, ProviderHost, Residency, Scope, ScopeLists } from './policy.ts';

// How the tiers managed > user > project become one policy (DESIGN section 8). Pure, and only ever tightening: denied
// entries add up, and for what is allowed the list of every tier that sets one is kept, because all of them must agree.

export interface TierScope {
  readonly allowedPaths?: EntryList | undefined;
  readonly deniedPaths?: EntryList | undefined;
  readonly allowedExtensions?: EntryList | undefined;
  readonly allowedCommands?: EntryList | undefined;
  readonly deniedCommands?: EntryList | undefined;
  readonly allowedBranches?: EntryList | undefined;
  readonly deniedBranches?: EntryList | undefined;
  readonly allowedServices?: EntryList | undefined;
  readonly deniedServices?: EntryList | undefined;
  readonly allowedHosts?: EntryList | undefined;
}

/** What one tier says. */
export interface TierPolicy {
  readonly scope: TierScope;
  readonly agents: Readonly<Record<string, TierScope>>;
  readonly residency: {
    /** Where this tier says that providers are reached. */
    readonly hosts?: readonly ProviderHost[] | undefined;
    readonly providers?: EntryList | undefined;
    readonly regions?: EntryList | undefined;
    readonly isAirGapped: boolean;
  };
}

/**
 * Merges the tiers, highest first, into the policy that governs, with what their policies files say. Its hash covers what
 * is said, not where.
 */
export function mergeTiers(tiers: readonly TierPolicy[], policies: Policies = noPolicies): Policy {
  const names = [...new Set(tiers.flatMap((tier) => Object.keys(tier.agents)))].sort();
  const scope = mergeScopes(tiers.map((tier) => tier.scope));
  const agentScopes = Object.fromEntries(
    names.map((name) => [
      name,
      mergeScopes(tiers.flatMap((tier) => (Object.hasOwn(tier.agents, name) ? [tier.agents[name] ?? {}] : []))),
    ]),
  );
  const residency: Residency = {
    hosts: tiers.flatMap((tier) => tier.residency.hosts ?? []),
    providers: lists(tiers.map((tier) => tier.residency.providers)),
    regions: lists(tiers.map((tier) => tier.residency.regions)),
    isAirGapped: tiers.some((tier) => tier.residency.isAirGapped),
  };
  const hash = digestOf(saidIn({ scope, agentScopes, residency, policies: withoutSources(policies) }));
  return { hash, scope, agentScopes, residency, policies, isConfined: false };
}

/** A tier of an untrusted workspace: what would turn a question into a yes is left out, what tightens stays. */
export function onlyTightening(tier: TierPolicy): TierPolicy {
  const without = (scope: TierScope): TierScope => ({
    ...scope,
    allowedCommands: undefined,
    allowedBranches: undefined,
    allowedServices: undefined,
    allowedHosts: undefined,
  });
  return { ...tier, scope: without(tier.scope) };
}

function mergeScopes(scopes: readonly TierScope[]): Scope {
  return {
    paths: both(scopes, 'allowedPaths', 'deniedPaths'),
    extensions: lists(scopes.map((scope) => scope.allowedExtensions)),
    commands: both(scopes, 'allowedCommands', 'deniedCommands'),
    branches: both(scopes, 'allowedBranches', 'deniedBranches'),
    services: both(scopes, 'allowedServices', 'deniedServices'),
    hosts: lists(scopes.map((scope) => scope.allowedHosts)),
  };
}

function both(scopes: readonly TierScope[], allowed: keyof TierScope, denied: keyof TierScope): ScopeLists {
  return {
    allowed: lists(scopes.map((scope) => scope[allowed])),
    denied: scopes.flatMap((scope) => scope[denied] ?? []),
  };
}

function lists(set: readonly (EntryList | undefined)[]): readonly EntryList[] {
  return set.filter((list) => list !== undefined);
}

/** The same without sources and without an order that means nothing. */
function saidIn(value: unknown): unknown {
  if (Array.isArray(value)) {
    const said = value.map(saidIn).map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
    return [...new Set(said)].sort();
  }
  if (isEntry(value)) return value.text;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, saidIn(member)]));
  }
  return value;
}

function withoutSources(policies: Policies): unknown {
  return Object.fromEntries(
    Object.entries(policies).map(([section, list]: [string, readonly Written[]]) => [
      section,
      list.map(({ source: _source, ...said }) => said),
    ]),
  );
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'text' in value && 'source' in value;
}
