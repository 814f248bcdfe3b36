import * as z from 'zod';
import { microUsd } from './money.ts';
import { isRates } from './price.ts';

// What the ledger reads back from its tables. Everything is parsed: a damaged row is never money to spend.

const money = z.int().nonnegative().transform(microUsd);
const count = z.int().nonnegative();
const rates = z
  .array(
    z.strictObject({
      fromInputTokens: z.number(),
      input: z.number(),
      output: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
    }),
  )
  .refine(isRates);
const limits = z.strictObject({
  maxPerTask: money.nullable(),
  maxPerDay: money.nullable(),
  maxPerMonth: money.nullable(),
  alertThreshold: z.number(),
});
const json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue('not JSON');
    return z.NEVER;
  }
});
export const windowRow = z.object({ spent: money, reserved: money, alerted_at: z.string().nullable() });
export const requestRow = z.object({
  task_id: z.string(),
  day: z.string(),
  month: z.string(),
  simulated: z.int(),
  reserved: money,
  input_bound: count,
  max_output_tokens: count,
  rates: json.pipe(rates),
  limits: json.pipe(limits),
  state: z.enum(['held', 'settled', 'released']),
});
export const spendingRow = z.object({ spent: money, reserved: money, input: count, output: count });
export const lastDayRow = z.object({ day: z.string().nullable() });
export type RequestRow = z.infer<typeof requestRow>;
