// The types of `loki/policy`. Documentation: docs/policies.md.

/** A rule that spoke against something, a warning and what monitor mode would have said among them. */
export interface PolicyViolation {
  readonly rule: string;
  readonly decision: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL';
  readonly reason: string;
  /** What would have to change for another answer. */
  readonly remedy?: string;
  readonly warning?: true;
  /** What a policy in monitor mode would have answered. */
  readonly wouldDecide?: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL';
  readonly source: {
    readonly tier: 'managed' | 'user' | 'project' | 'default';
    readonly file: string | null;
    readonly line: number | null;
  };
}

export interface PolicyResult {
  /** Whether the decision is ALLOW. */
  readonly allowed: boolean;
  readonly decision: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL';
  /** In one sentence. */
  readonly reason: string;
  /** Whether a person has to agree first. */
  readonly requiresApproval: boolean;
  readonly violations: readonly PolicyViolation[];
}

export type PolicyPoint = 'pre_execution' | 'pre_deployment' | 'resource' | 'data' | 'approval_gates' | 'rules';

type Phase = 'reason' | 'act' | 'reflect' | 'verify';

/** What is asked about. What a policy needs and the context does not say is denied. */
export interface PolicyContext {
  /** pre_execution: the file, absolute or relative to the project. */
  readonly file_path?: string;
  /** pre_execution: by default the project that `init` named. */
  readonly project_dir?: string;
  readonly active_agents?: number;
  readonly agent?: string;
  readonly swarm?: string;
  /** What is done with `file_path`; by default it is written. */
  readonly kind?: 'file_read' | 'file_write' | 'file_delete';
  /** pre_execution, rules: a whole action, as in docs/configuration.md. */
  readonly action?: Readonly<Record<string, unknown>>;
  /** pre_deployment: the gates that passed, or what came of each. */
  readonly gates?:
    | readonly string[]
    | readonly { readonly id: string; readonly status: string }[]
    | Readonly<Record<string, string | boolean>>;
  /** resource: */
  readonly provider?: string;
  readonly model?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly tokens_used?: number;
  readonly max_output_tokens?: number;
  /** data: the text that would be written or sent. */
  readonly content?: string;
  /** approval_gates, and everywhere where a rule asks for it: */
  readonly phase?: Phase;
  readonly [other: string]: unknown;
}

/** Says whose policies are meant. Call it again to read them anew. */
export function init(projectFolder: string): void;

/** What the policies say about a point. Synchronous; what is not understood is denied. */
export function evaluate(point: PolicyPoint, context?: PolicyContext): PolicyResult;

/** Ends the engine's thread. The next question starts it again. */
export function close(): void;
