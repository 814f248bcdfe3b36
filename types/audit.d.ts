// The types of `loki/audit`. Documentation: docs/audit-library.md.

/** One entry of the audit log, as it stands in the file. */
export interface AuditEntry {
  readonly seq: number;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly who: string | null;
  readonly what: string | null;
  readonly where: string | null;
  readonly why: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly previousHash: string;
  readonly hash: string;
}

/** What a verification found. */
export interface AuditVerification {
  /** `integrity` is intact, and `completeness` is not incomplete. */
  readonly valid: boolean;
  /** Complete lines that are there. */
  readonly entries: number;
  /** `seq` of the first entry; those before it were deleted on purpose. */
  readonly firstSeq: number;
  /** Zero-based index of the first bad line; after a cut the number of entries present; else null. */
  readonly brokenAt: number | null;
  /** What is wrong, in one sentence. */
  readonly error: string | null;
  /** Whether nothing was altered. */
  readonly integrity: 'intact' | 'altered';
  /** Whether nothing is missing; `unproved` where nothing says how long the log must be. */
  readonly completeness: 'complete' | 'incomplete' | 'unproved';
  readonly checkpoints: {
    readonly count: number;
    readonly size: number | null;
    readonly at: string | null;
    readonly key: string | null;
    readonly epoch: number | null;
  };
  readonly anchoredTo: readonly { readonly by: string; readonly size: number; readonly at: string }[];
  readonly keyProtection: 'keychain' | 'file' | null;
  readonly warnings: readonly string[];
}

/** What a caller says about an entry; the log adds its place, its time and its hash. */
export interface AuditRecord {
  readonly who: string;
  readonly what: string;
  readonly where?: string | null;
  readonly why?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** Says which project's log is meant. `folder` is where it lies in the project, by default `.loki/audit`. */
export function init(projectFolder: string, options?: { readonly folder?: string }): void;

/** Appends an entry; resolves once it is durable. Null where the log is switched off and the entry is an ordinary one. */
export function record(entry: AuditRecord): Promise<AuditEntry | null>;

/** Verifies the whole log. Writes nothing. */
export function verifyChain(): AuditVerification;

/** The entries from one sequence number to another, both included; all of them where none is given. */
export function readEntries(range?: { readonly from?: number; readonly to?: number }): readonly AuditEntry[];

/**
 * Whether residency lets a provider be asked in a region. Synchronous. False where the configuration is broken. Without a
 * region it is what the provider's address promises.
 */
export function checkProvider(provider: string, region?: string): boolean;

/** Whether nothing but this machine may be reached. Synchronous. True where the configuration is broken. */
export function isAirGapped(): boolean;

/** Makes the last checkpoint and lets go of the log. */
export function close(): Promise<void>;
