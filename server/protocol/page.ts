import * as z from 'zod/mini';
import { approvalRequest, approvalScope } from './approval.ts';
import { auditFilter, auditState, auditWindow } from './audit.ts';
import { gateState } from './gate.ts';
import { budgetWindow, costState, meter } from './cost.ts';
import { numberedEvent, runSummary } from './task.ts';

// What a page (a webview) and the client say to each other. A page shows and asks; what it says is untrusted and parsed by
// these schemas before anything looks at it. A page gets a snapshot when it is ready, then changes; when it sees a gap in
// the numbers it says `ready` again.

const ready = z.strictObject({ type: z.literal('ready') });
const open = z.strictObject({
  type: z.literal('open'),
  path: z.string().check(z.maxLength(4096)),
  line: z.nullable(z.int()),
});

/** What a person may ask of a run; the client turns it into the command of the same name. */
export const runDeed = z.enum([
  'cancel',
  'accept',
  'discard',
  'resume',
  'showChanges',
  'showAudit',
  'showGates',
  'showLog',
]);

const taskState = z.strictObject({
  type: z.literal('state'),
  summary: runSummary,
  events: z.array(numberedEvent),
  approvals: z.array(approvalRequest),
  meter: z.nullable(meter),
});

/** Told to the task page: everything, or what came since. */
export const toTaskPage = z.discriminatedUnion('type', [
  taskState,
  z.strictObject({
    type: z.literal('changed'),
    summary: runSummary,
    events: z.array(numberedEvent),
    approvals: z.array(approvalRequest),
    meter: z.nullable(meter),
  }),
]);
export type ToTaskPage = Readonly<z.infer<typeof toTaskPage>>;

export const fromTaskPage = z.discriminatedUnion('type', [
  ready,
  open,
  z.strictObject({ type: z.literal('run'), deed: runDeed }),
  /** Raises the limit that the run was paused for. */
  z.strictObject({ type: z.literal('raise') }),
  z.strictObject({
    type: z.literal('answer'),
    approvalId: z.string().check(z.maxLength(100)),
    outcome: z.enum(['approved', 'denied']),
    scope: approvalScope,
    why: z.nullable(z.string().check(z.maxLength(4000))),
  }),
]);
export type FromTaskPage = Readonly<z.infer<typeof fromTaskPage>>;

export const toAuditPage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('state'),
    /** The folder the page is about; the page keeps it, and so comes back for this one. */
    workspace: z.string(),
    state: auditState,
    isVerifying: z.boolean(),
  }),
  z.strictObject({ type: z.literal('window'), request: z.int(), offset: z.int(), window: auditWindow }),
  /** The log has grown: ask for the window again. */
  z.strictObject({ type: z.literal('grown') }),
]);
export type ToAuditPage = Readonly<z.infer<typeof toAuditPage>>;

export const fromAuditPage = z.discriminatedUnion('type', [
  ready,
  z.strictObject({ type: z.literal('verify') }),
  z.strictObject({
    type: z.literal('window'),
    request: z.int(),
    filter: auditFilter,
    offset: z.int().check(z.nonnegative()),
    limit: z.int().check(z.positive(), z.maximum(500)),
  }),
  z.strictObject({ type: z.literal('showThreatModel') }),
]);
export type FromAuditPage = Readonly<z.infer<typeof fromAuditPage>>;

export const toGatesPage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('state'), workspace: z.string(), state: gateState }),
]);
export type ToGatesPage = Readonly<z.infer<typeof toGatesPage>>;

export const fromGatesPage = z.discriminatedUnion('type', [
  ready,
  open,
  z.strictObject({ type: z.literal('fix'), findingId: z.string().check(z.maxLength(200)) }),
]);
export type FromGatesPage = Readonly<z.infer<typeof fromGatesPage>>;

export const toCostPage = z.strictObject({ type: z.literal('state'), workspace: z.string(), state: costState });
export type ToCostPage = Readonly<z.infer<typeof toCostPage>>;

export const fromCostPage = z.discriminatedUnion('type', [
  ready,
  z.strictObject({ type: z.literal('raise'), window: budgetWindow }),
]);
export type FromCostPage = Readonly<z.infer<typeof fromCostPage>>;
