import * as z from 'zod/mini';

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
