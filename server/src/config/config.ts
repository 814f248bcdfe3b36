import type { AnchorSettings } from '../audit/anchor/settings.ts';
import type { CostLimits } from '../cost/limits.ts';
import type { GateSettings } from '../gates/settings.ts';
import type { ModelSettings } from '../models/settings.ts';
import type { Policy } from '../policy/policy.ts';
import type { ServiceSettings } from '../tools/services/settings.ts';

/** A file that was read, for the record of what governed a run. */
export interface ConfigFile {
  readonly tier: 'managed' | 'user' | 'project';
  readonly path: string;
  readonly sha256: string;
}

/** Something a project's file asks for that needs the user's confirmation once (DESIGN: merging), by its hash. */
export interface Confirmation {
  readonly key: string;
  readonly value: string;
  readonly sha256: string;
}

/** When a segment of the audit log is full, and how many full ones are kept; null: all, and for ever. */
export interface AuditRetention {
  readonly maxSizeMb: number;
  readonly maxFiles: number | null;
  readonly maxDays: number | null;
}

/** Whether somebody wants the audit log off (`LOKI_AUDIT_DISABLED`), and whether the managed configuration lets them. */
export interface AuditSwitch {
  readonly isUnwanted: boolean;
  readonly mayBeDisabled: boolean;
}

/** How money is counted, and who is told when it runs out. */
export interface Accounting {
  /** The IANA name of the time zone whose days and months count; null for the machine's. */
  readonly timeZone: string | null;
  /** Who pays, for limits of an organisation and for reports. */
  readonly organisation: string | null;
  /** Whether a person may raise a limit; only the managed configuration can forbid it. */
  readonly mayBeRaised: boolean;
  /** Where alerts and pauses are posted. */
  readonly webhook: string | null;
  /** Whom to write to; kept in the record of each alert for what forwards it. */
  readonly mail: string | null;
}

/** All tiers merged: what governs a run, pinned by its hash from the start of the run to its end. */
export interface Config {
  /** SHA-256 over the merged values, so that two equal configurations have one hash wherever they were written. */
  readonly hash: string;
  readonly files: readonly ConfigFile[];
  readonly confirmations: readonly Confirmation[];
  /** With `isConfined` false; the composition sets it once the sandbox is known. */
  readonly policy: Policy;
  readonly cost: CostLimits;
  readonly accounting: Accounting;
  readonly models: ModelSettings;
  readonly gates: GateSettings;
  readonly run: { readonly maxCycles: number };
  /** A command that prepares a fresh worktree, such as `npm ci`. */
  readonly workspaceSetup: string | null;
  /** Where the agent audit log lives, relative to the workspace. */
  readonly auditFolder: string;
  /** Keep what is personal in the audit log beside it, where it can be erased. */
  readonly commitPersonal: boolean;
  /** Take what is personal out of what agents read, of the audit log and of evidence. */
  readonly hidesPersonal: boolean;
  readonly auditRetention: AuditRetention;
  readonly auditSwitch: AuditSwitch;
  /** Where the state of the log is kept outside of this machine. */
  readonly auditAnchors: AnchorSettings;
  /** The MCP servers of the project; none in a workspace that is not trusted. */
  readonly services: readonly ServiceSettings[];
  /** Why servers that the project's files name are not among them. */
  readonly serviceProblems: readonly string[];
}
