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

/** `brokenAt` is the zero-based index of the first bad line, after a cut the number of entries present, else null. */
export const auditVerification = z.strictObject({
  valid: z.boolean(),
  entries: z.int(),
  brokenAt: z.nullable(z.int()),
  error: z.nullable(z.string()),
});
export type AuditVerification = Readonly<z.infer<typeof auditVerification>>;

/** The state of a workspace's log; `isAbsent` where there never was one. */
export const auditState = z.strictObject({
  isAbsent: z.boolean(),
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
