import * as z from 'zod/mini';
import { clientRequest } from './message.ts';

/** One record of the audit log; members always in this order on disk (docs/audit-format.md). */
export const auditEntry = z.strictObject({
  seq: z.int(),
  timestamp: z.string(),
  who: z.nullable(z.string()),
  what: z.nullable(z.string()),
  where: z.nullable(z.string()),
  why: z.nullable(z.string()),
  metadata: z.nullable(z.record(z.string(), z.unknown())),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = Readonly<z.infer<typeof auditEntry>>;

/**
 * Whether nothing was altered: every line that is there is as it was written, at its place, and contradicts no signature,
 * anchor or known head.
 */
export const auditIntegrity = z.enum(['intact', 'altered']);
export type AuditIntegrity = z.infer<typeof auditIntegrity>;

/** Whether nothing is missing. `unproved`: nothing outside the log says how long it must be. */
export const auditCompleteness = z.enum(['complete', 'incomplete', 'unproved']);
export type AuditCompleteness = z.infer<typeof auditCompleteness>;

/** What the signed checkpoints of a log say. */
export const auditCheckpoints = z.strictObject({
  count: z.int(),
  /** The number of entries that the last one covers; null for none. */
  size: z.nullable(z.int()),
  /** When the last one was signed, by its own word. */
  at: z.nullable(z.string()),
  /** The key that signed the last one, as a C2SP verifier key, and its epoch. */
  key: z.nullable(z.string()),
  epoch: z.nullable(z.int()),
});

/** A place outside of the log that holds its state up to `size` entries. `by` is its name for people. */
export const auditAnchor = z.strictObject({ by: z.string(), size: z.int(), at: z.string() });
export type AuditAnchor = Readonly<z.infer<typeof auditAnchor>>;

/**
 * What a verification found. `valid`: integrity is intact and completeness is not incomplete. `entries`: complete lines
 * that are there. `brokenAt` is the zero-based index of the first bad line, after a cut the number of entries present,
 * else null. `error` and `warnings` are sentences for people.
 */
export const auditVerification = z.strictObject({
  valid: z.boolean(),
  entries: z.int(),
  brokenAt: z.nullable(z.int()),
  error: z.nullable(z.string()),
  integrity: auditIntegrity,
  completeness: auditCompleteness,
  checkpoints: auditCheckpoints,
  /** The furthest of each kind of anchor. */
  anchoredTo: z.array(auditAnchor),
  /** Where the key that signed the last checkpoint is kept; null without checkpoints. A file is weaker. */
  keyProtection: z.nullable(z.enum(['keychain', 'file'])),
  warnings: z.array(z.string()),
  /** `seq` of the first entry that belongs into the log: not 0 where those before it were deleted on purpose. */
  firstSeq: z.int(),
});
export type AuditVerification = Readonly<z.infer<typeof auditVerification>>;

/** The state of a workspace's log; `isAbsent` where there never was one. */
export const auditState = z.strictObject({
  isAbsent: z.boolean(),
  /** Whether the log is switched off as far as it may be, from now on: shown as long as it is so. */
  isDisabled: z.boolean(),
  verification: z.nullable(auditVerification),
  /** What was found, in words for people. */
  message: z.string(),
});
export type AuditState = Readonly<z.infer<typeof auditState>>;

export const auditVerify = clientRequest('loki/audit/verify', z.strictObject({ workspace: z.string() }), auditState);

export const auditFilter = z.strictObject({
  run: z.nullable(z.string()),
  agent: z.nullable(z.string()),
  decision: z.nullable(z.string()),
  text: z.nullable(z.string()),
  task: z.optional(z.nullable(z.string())),
  phase: z.optional(z.nullable(z.string())),
  /** Recorded then or later, then or before: ISO 8601. */
  from: z.optional(z.nullable(z.string())),
  to: z.optional(z.nullable(z.string())),
});
export type AuditFilter = Readonly<z.infer<typeof auditFilter>>;

/** A window over the entries that match, the latest first. `total` is how many match; `revision` grows with the log. */
export const auditWindow = z.strictObject({
  total: z.int(),
  revision: z.int(),
  entries: z.array(auditEntry),
});
export type AuditWindow = Readonly<z.infer<typeof auditWindow>>;

export const auditList = clientRequest(
  'loki/audit/list',
  z.strictObject({
    workspace: z.string(),
    filter: auditFilter,
    offset: z.int(),
    limit: z.int().check(z.positive(), z.maximum(500)),
  }),
  auditWindow,
);
