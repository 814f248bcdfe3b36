import * as z from 'zod/mini';
import { clientRequest } from './message.ts';

export const costGrouping = z.enum(['task', 'day', 'agent', 'model', 'provider']);
export type CostGrouping = z.infer<typeof costGrouping>;

/** Real and simulated money never share a row. */
export const costRow = z.strictObject({
  key: z.string(),
  simulated: z.boolean(),
  costUsd: z.number(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  calls: z.int(),
});
export type CostRow = Readonly<z.infer<typeof costRow>>;

export const costReport = z.strictObject({
  rows: z.array(costRow),
  /** Real money only. */
  totalUsd: z.number(),
  simulatedUsd: z.number(),
});
export type CostReport = Readonly<z.infer<typeof costReport>>;

export const tokenCount = z.strictObject({ input: z.int(), output: z.int() });
export type TokenCount = Readonly<z.infer<typeof tokenCount>>;

const meterWindow = z.strictObject({
  spentUsd: z.number(),
  reservedUsd: z.number(),
  limitUsd: z.nullable(z.number()),
});

/** What the status bar shows: the running or latest task, today and this month, real or simulated as the task is. */
export const meter = z.strictObject({
  simulated: z.boolean(),
  task: z.nullable(meterWindow),
  day: meterWindow,
  month: meterWindow,
  /** The share of a limit at which the meter warns. */
  alertThreshold: z.number(),
  /** Whether the audit log is switched off as far as it may be: shown as long as it is so. */
  isAuditDisabled: z.boolean(),
  tokens: tokenCount,
});
export type Meter = Readonly<z.infer<typeof meter>>;

export const costMeter = clientRequest('loki/cost/meter', z.strictObject({ workspace: z.string() }), meter);
