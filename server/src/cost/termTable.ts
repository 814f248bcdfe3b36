import * as z from 'zod';
import { invariant } from '../base/invariant.ts';
import type { Database } from '../storage/sqlite.ts';
import { termsRow } from './ledgerRows.ts';
import type { CostLimits } from './limits.ts';
import { groupKinds } from './limits.ts';
import { microUsd } from './money.ts';
import { isRates } from './price.ts';
import type { Rates } from './rates.ts';
import { DamagedRow } from './storedAmount.ts';

// The terms that requests were reserved on: a request is settled by them, whatever has changed since. The same few come
// again and again, so they are written once, and rows name them by number.

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

export type Terms = Rates | CostLimits;

/** What was written once is known by its object; what was read once, by its number. */
export function termTable(database: Database) {
  const insert = database.prepare('INSERT OR IGNORE INTO cost_terms (text) VALUES (?)');
  const findId = database.prepare('SELECT id, text FROM cost_terms WHERE text = ?');
  const find = database.prepare('SELECT id, text FROM cost_terms WHERE id = ?');
  const ids = new WeakMap<object, number>();
  const read = <T>(schema: z.ZodType<T>) => {
    const known = new Map<number, T>();
    return (id: number): T => {
      const found = known.get(id);
      if (found !== undefined) return found;
      const row = find.get(id);
      if (row === undefined) throw new DamagedRow(`no terms ${id}`);
      const value = json.pipe(schema).parse(termsRow.parse(row).text);
      known.set(id, value);
      return value;
    };
  };
  const numberOf = (text: string): number => {
    insert.run(text);
    return termsRow.parse(findId.get(text)).id;
  };

  return {
    /**
     * Makes sure that terms have a number. `change` runs a transaction, which must be over before a row names it: a number
     * that was taken back may become that of others.
     */
    keep(all: readonly Terms[], change: <T>(fn: () => T) => T): void {
      const unknown = all.filter((terms) => !ids.has(terms));
      if (unknown.length === 0) return;
      const numbered = change(() => unknown.map((terms) => [terms, numberOf(JSON.stringify(terms))] as const));
      for (const [terms, id] of numbered) ids.set(terms, id);
    },
    /** The number of terms that were kept or read before. */
    idOf(terms: Terms): number {
      const id = ids.get(terms);
      invariant(id !== undefined, 'a request is held on terms that are not kept');
      return id;
    },
    readRates: read(rates),
    readLimits: read(limits),
  };
}

export type TermTable = ReturnType<typeof termTable>;

const json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue('not JSON');
    return z.NEVER;
  }
});
