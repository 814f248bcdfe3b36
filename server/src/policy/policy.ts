import type { RuleSource } from '#protocol/policy';
import type { Policies } from './policies/policies.ts';

/** One entry of a list in the configuration, and where it was written. */
export interface Entry {
  readonly text: string;
  readonly source: RuleSource;
}

/** The list one tier sets for one key. An action must satisfy the list of every tier that sets one. */
export type EntryList = readonly Entry[];

/** One kind of thing that scope speaks about: denied entries add up, allowed lists intersect. */
export interface ScopeLists {
  readonly allowed: readonly EntryList[];
  readonly denied: EntryList;
}

export interface Scope {
  readonly paths: ScopeLists;
  readonly extensions: readonly EntryList[];
  readonly commands: ScopeLists;
  readonly branches: ScopeLists;
  readonly services: ScopeLists;
  readonly hosts: readonly EntryList[];
}

/** A host (with its port) that is a provider: its own, or one that a tier says it is reached at. */
export interface ProviderHost {
  readonly provider: string;
  /** `*.x` stands for every host below x, `loopback` for this machine. */
  readonly host: string;
  readonly tier: RuleSource['tier'];
}

export interface Residency {
  /** What the names of providers stand for: a list that names one means these hosts. */
  readonly hosts: readonly ProviderHost[];
  readonly providers: readonly EntryList[];
  readonly regions: readonly EntryList[];
  readonly isAirGapped: boolean;
}

/** Everything `evaluate` knows about what a platform team and a person have set: parsed, merged, pinned by its hash. */
export interface Policy {
  readonly hash: string;
  readonly scope: Scope;
  /** Narrower scopes, by the name of an agent or of a swarm. They only ever take away. */
  readonly agentScopes: Readonly<Record<string, Scope>>;
  readonly residency: Residency;
  /** What the policies files of all tiers say. */
  readonly policies: Policies;
  /** Whether commands will run inside a sandbox that was seen to hold. */
  readonly isConfined: boolean;
}
