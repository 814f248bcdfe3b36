import type { ActionKind } from '#protocol/action';
import type { GateId } from '#protocol/gate';
import type { RuleSource } from '#protocol/policy';
import type { Phase } from '#protocol/phase';
import type { Expression } from './expression.ts';

// What `.loki/policies.yaml` says, parsed: plain data, so that it has one hash. Every tier's policies are asked, and a
// policy only ever speaks against something, so that no tier loosens what another one says.

/** What a policy does about what it finds. */
export type Severity = 'deny' | 'require_approval' | 'warn';

/** What every policy carries: where it was written, and whether its file only watches (`mode: monitor`). */
export interface Written {
  readonly source: RuleSource;
  readonly name: string | null;
  readonly isMonitored: boolean;
}

/** `pre_execution`: holds before each action. */
export interface Expectation extends Written {
  readonly expression: Expression;
  readonly severity: Severity;
}

/** `pre_deployment`: gates that must have passed before work is accepted or pushed. */
export interface DeploymentPolicy extends Written {
  readonly gates: readonly GateId[];
}

/** `resource`: what models may be asked, and how many tokens a task may take. */
export interface ResourcePolicy extends Written {
  readonly maxTokens: number | null;
  readonly providers: readonly string[] | null;
  /** Shares of `maxTokens` at which people are told. */
  readonly alerts: readonly number[];
  readonly onExceed: 'shutdown' | 'warn' | 'require_approval';
}

/** A text that must not be written or sent. */
export interface ContentPattern {
  readonly name: string;
  readonly pattern: string;
  readonly ignoreCase: boolean;
}

/** `data`: what is looked for in what is written or sent. Secrets are always refused, with or without one. */
export interface DataPolicy extends Written {
  readonly findsPersonal: boolean;
  readonly patterns: readonly ContentPattern[];
  readonly severity: Severity;
}

/** `approval_gates`: a person is asked before a phase begins. */
export interface ApprovalGate extends Written {
  readonly phase: Phase;
  readonly timeoutMinutes: number;
  readonly webhook: string | null;
}

/** What an action must be for a rule to speak. Empty lists ask for nothing; what one list holds are alternatives. */
export interface Conditions {
  readonly kinds: readonly ActionKind[];
  readonly paths: readonly string[];
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly branches: readonly string[];
  readonly tools: readonly string[];
  readonly agents: readonly string[];
  readonly phases: readonly Phase[];
}

/** `rules`: what is said about actions of a kind. */
export interface ActionRule extends Written {
  readonly conditions: Conditions;
  readonly severity: Severity;
  readonly reason: string | null;
}

export interface Policies {
  readonly preExecution: readonly Expectation[];
  readonly preDeployment: readonly DeploymentPolicy[];
  readonly resource: readonly ResourcePolicy[];
  readonly data: readonly DataPolicy[];
  readonly approvalGates: readonly ApprovalGate[];
  readonly rules: readonly ActionRule[];
}

export const noPolicies: Policies = {
  preExecution: [],
  preDeployment: [],
  resource: [],
  data: [],
  approvalGates: [],
  rules: [],
};

/** The policies of all tiers together: each is asked, so their order says nothing. */
export function joinPolicies(tiers: readonly Policies[]): Policies {
  return {
    preExecution: tiers.flatMap(({ preExecution }) => preExecution),
    preDeployment: tiers.flatMap(({ preDeployment }) => preDeployment),
    resource: tiers.flatMap(({ resource }) => resource),
    data: tiers.flatMap(({ data }) => data),
    approvalGates: tiers.flatMap(({ approvalGates }) => approvalGates),
    rules: tiers.flatMap(({ rules }) => rules),
  };
}

/** The gates that must have passed before work is accepted; what a monitored policy asks for stops nothing. */
export function requiredGates({ preDeployment }: Policies): readonly GateId[] {
  return [...new Set(preDeployment.filter(({ isMonitored }) => !isMonitored).flatMap(({ gates }) => gates))];
}
