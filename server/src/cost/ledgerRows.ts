import * as z from 'zod';
import { microUsd } from './money.ts';

// What the ledger reads back from its tables when there is time to. Everything is parsed: a damaged row is never money to
// spend. Sums that are read under the lock are looked at by `storedAmount`.

const count = z.int().nonnegative();

/** What a request was reserved on. */
export const holdRow = z.object({
  task_id: z.string(),
  day: z.string(),
  month: z.string(),
  agent: z.string(),
  swarm: z.string(),
  provider: z.string(),
  project: z.string(),
  person: z.string(),
  organisation: z.string(),
  simulated: z.int().min(0).max(1),
  reserved: count.transform(microUsd),
  input_bound: count,
  max_output_tokens: count,
  rates: z.int(),
  limits: z.int(),
});

export const stateRow = z.object({ state: z.enum(['settled', 'released']) });
export const ownerRow = z.object({ pid: z.int(), startedAt: z.string() });
export const reservationRow = z.object({ reservation_id: z.string() });
export const measuredRow = z.object({ input: count, output: count });
export const termsRow = z.object({ id: z.int(), text: z.string() });
