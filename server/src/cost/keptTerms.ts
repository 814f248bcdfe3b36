import * as z from 'zod';
import type { CostLimits } from './limits.ts';
import { groupKinds } from './limits.ts';
import { microUsd } from './money.ts';
import { isRates } from './price.ts';
import type { Rates } from './rates.ts';

// The terms a request was reserved on, as its row keeps them: it is settled by the same, whatever has changed since. The
// same few come again and again, so what was written or read once is not made anew.

const amount = z.int().nonnegative().transform(microUsd).nullable();
const periods = { maxPerTask: amount, maxPerDay: amount, maxPerMonth: amount };
const tokens = z.int().positive().nullable();
const limits = z.strictObject({
  ...periods,
  alertThreshold: z.number(),
  // Rows of older versions know only what is above.
  groups: z
    .array(
      z.strictObject({
        ...periods,
        group: z.strictObject({ kind: z.enum(groupKinds), name: z.string() }),
        ceilings: z.strictObject(periods).exactOptional(),
      }),
    )
    .default([]),
  maxTokensPerTask: tokens.default(null),
  maxTokensPerDay: tokens.default(null),
  ceilings: z
    .strictObject({
      ...periods,
      maxTokensPerTask: tokens.exactOptional(),
      maxTokensPerDay: tokens.exactOptional(),
      isFixed: z.boolean().exactOptional(),
    })
    .default({ maxPerTask: null, maxPerDay: null, maxPerMonth: null }),
});
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

export interface KeptTerms {
  write(terms: object): string;
  readRates(text: string): Rates;
  readLimits(text: string): CostLimits;
}

/** More different texts than this are not remembered: then the memory is emptied. */
const mostRemembered = 100;

export function keptTerms(): KeptTerms {
  const written = new WeakMap<object, string>();
  return {
    write: (terms) => {
      const known = written.get(terms);
      if (known !== undefined) return known;
      const text = JSON.stringify(terms);
      written.set(terms, text);
      return text;
    },
    readRates: remembering((text) => json.pipe(rates).parse(text)),
    readLimits: remembering((text) => json.pipe(limits).parse(text)),
  };
}

function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= mostRemembered) known.clear();
    const value = read(text);
    known.set(text, value);
    return value;
  };
}

const json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue('not JSON');
    return z.NEVER;
  }
});
