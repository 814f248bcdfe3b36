import * as z from 'zod/mini';

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
