import { noAnchors, type AnchorSettings } from '../audit/anchor/settings.ts';
import { digestOf } from '../base/digest.ts';
import { ownHosts } from '../models/ownHosts.ts';
import { noPolicies, type Policies } from '../policy/policies/policies.ts';
import type { EntryList } from '../policy/policy.ts';
import { mergeTiers, onlyTightening, type TierPolicy, type TierScope } from '../policy/tiers.ts';
import type { AuditRetention, Config } from './config.ts';
import { confirmationsOf } from './confirmations.ts';
import { accountingOf, costLimits } from './costSettings.ts';
import { hostsSaidIn, mergeModels } from './mergeModels.ts';
import type { ConfigDocument, ScopeSection } from './schema.ts';
import type { Tier } from './tier.ts';

/** All tiers, highest first, as the configuration that governs. `isTrusted` false leaves out what a project may not do unasked. */
export function mergeConfig(
  tiers: readonly Tier[],
  isTrusted: boolean,
  policies: Policies = noPolicies,
): Omit<Config, 'files' | 'services' | 'serviceProblems'> {
  const effective = isTrusted ? tiers : tiers.map((tier) => (tier.tier === 'project' ? withoutChoices(tier) : tier));
  const scopes = effective.map((tier) => {
    const policy = tierPolicy(tier);
    return !isTrusted && tier.tier === 'project' ? onlyTightening(policy) : policy;
  });
  const policy = mergeTiers([...scopes, knownProviders], policies);
  const values = effective.map((tier) => tier.values);
  const merged = {
    cost: costLimits(effective),
    accounting: accountingOf(effective),
    models: mergeModels(effective),
    gates: {
      profile: first(values.map((value) => value.gates?.profile)),
      testCommand: first(values.map((value) => value.gates?.test_command)),
    },
    run: { maxCycles: least(values.map((value) => value.run?.max_cycles)) ?? 3 },
    workspaceSetup: first(values.map((value) => value.workspace?.setup)),
    auditFolder: (first(values.map((value) => value.audit?.folder)) ?? '.loki/audit').replace(/\/+$/, ''),
    // Of all tiers, one that is not trusted too: it can only protect more.
    commitPersonal: tiers.some((tier) => tier.values.audit?.commit_personal === true),
    hidesPersonal: tiers.some((tier) => tier.values.scan?.personal_data === true),
    auditRetention: auditRetention(values),
    auditSwitch: {
      isUnwanted: values.some((value) => value.audit?.disabled === true),
      // The parser lets only the managed tier say it; where there are two such files, neither may say no.
      mayBeDisabled: isGranted(values.map((value) => value.audit?.may_be_disabled)),
    },
    auditAnchors: anchorSettings(effective),
  };
  const hash = digestOf({ policy: policy.hash, ...merged, models: withoutSources(merged.models) });
  return { hash, policy, ...merged, confirmations: isTrusted ? confirmationsOf(tiers) : [] };
}

/** What is said, wherever it stands. */
function withoutSources({ pins, ...models }: Config['models']): unknown {
  return { ...models, pins: pins.map(({ source: _source, ...said }) => said) };
}

/** What is built in: it says where the known providers are, and restricts nothing. */
const knownProviders: TierPolicy = { scope: {}, agents: {}, residency: { hosts: ownHosts, isAirGapped: false } };

/** A tier without the settings that choose what runs and where requests go; limits and scope stay. */
function withoutChoices(tier: Tier): Tier {
  const { models: _models, workspace: _workspace, gates: _gates, audit: _audit, ...values } = tier.values;
  return { ...tier, values };
}

function tierPolicy(tier: Tier): TierPolicy {
  const { scope, residency } = tier.values;
  const { agents, ...everybodys } = scope ?? {};
  const listAt = (path: readonly string[], texts: readonly string[] | undefined): EntryList | undefined =>
    texts?.map((text, index) => ({ text: text.trim(), source: tier.sourceOf([...path, index]) }));
  const scopeAt = (path: readonly string[], section: ScopeSection): TierScope => ({
    allowedPaths: listAt([...path, 'allowed_paths'], section.allowed_paths),
    deniedPaths: listAt([...path, 'denied_paths'], section.denied_paths),
    allowedExtensions: listAt([...path, 'allowed_extensions'], section.allowed_extensions),
    allowedCommands: listAt([...path, 'allowed_commands'], section.allowed_commands),
    deniedCommands: listAt([...path, 'denied_commands'], section.denied_commands),
    allowedBranches: listAt([...path, 'allowed_branches'], section.allowed_branches),
    deniedBranches: listAt([...path, 'denied_branches'], section.denied_branches),
    allowedServices: listAt([...path, 'allowed_services'], section.allowed_services),
    deniedServices: listAt([...path, 'denied_services'], section.denied_services),
    allowedHosts: listAt([...path, 'allowed_hosts'], section.allowed_hosts),
  });
  return {
    scope: scopeAt(['scope'], everybodys),
    agents: Object.fromEntries(
      Object.entries(agents ?? {}).map(([name, section]) => [name, scopeAt(['scope', 'agents', name], section)]),
    ),
    residency: {
      hosts: hostsSaidIn(tier),
      providers: listAt(['residency', 'allowed_providers'], residency?.allowed_providers),
      regions: listAt(['residency', 'allowed_regions'], residency?.allowed_regions),
      isAirGapped: residency?.air_gapped ?? false,
    },
  };
}

/** Evidence must not vanish because one tier says so: what keeps more of it wins. */
function auditRetention(values: readonly ConfigDocument[]): AuditRetention {
  const sections = values.map(({ audit }) => audit);
  return {
    maxSizeMb: first(sections.map((section) => section?.max_size_mb)) ?? 10,
    maxFiles: most(sections.map((section) => section?.max_files)),
    maxDays: most(sections.map((section) => section?.max_days)),
  };
}

/** Each anchor as the highest tier sets it that sets it at all. */
function anchorSettings(tiers: readonly Tier[]): AnchorSettings {
  const sections = tiers.map((tier) => tier.values.audit?.anchors);
  const syslog = first(sections.map((section) => section?.syslog));
  return {
    gitNote: first(sections.map((section) => section?.git_note)),
    syslog:
      syslog === null ? null : { host: syslog.host, port: syslog.port ?? 514, protocol: syslog.protocol ?? 'udp' },
    witness: first(sections.map((section) => section?.witness)),
    everyMinutes: first(sections.map((section) => section?.every)) ?? noAnchors.everyMinutes,
  };
}

function first<T>(values: readonly (T | undefined)[]): T | null {
  return values.find((value) => value !== undefined) ?? null;
}

function isGranted(answers: readonly (boolean | undefined)[]): boolean {
  return answers.includes(true) && !answers.includes(false);
}

function most(values: readonly (number | undefined)[]): number | null {
  const set = values.filter((value) => value !== undefined);
  return set.length === 0 ? null : Math.max(...set);
}

function least(values: readonly (number | undefined)[]): number | null {
  const set = values.filter((value) => value !== undefined);
  return set.length === 0 ? null : Math.min(...set);
}
