import * as z from 'zod';
import { microUsd } from './money.ts';

// What the ledger reads back from its tables. Everything is parsed: a damaged row is never money to spend.

const money = z.int().nonnegative().transform(microUsd);
const count = z.int().nonnegative();
const flag = z.int().min(0).max(1);

export const windowRow = z.object({
  spent: money,
  reserved: money,
  alerted_at: z.string().nullable(),
  raised_to: money.nullable(),
  input_tokens: count,
  output_tokens: count,
  tokens_spent: count,
  tokens_reserved: count,
});

export const requestRow = z.object({
  task_id: z.string(),
  day: z.string(),
  month: z.string(),
  agent: z.string(),
  swarm: z.string(),
  provider: z.string(),
  project: z.string(),
  person: z.string(),
  organisation: z.string(),
  simulated: flag,
  reserved: money,
  input_bound: count,
  max_output_tokens: count,
  rates: z.string(),
  limits: z.string(),
  state: z.enum(['held', 'settled', 'released']),
  expired_at: z.string().nullable(),
});

export const sumsRow = z.object({ spent: money, reserved: money });
export const lastDayRow = z.object({ day: z.string().nullable() });
export const ownerRow = z.object({ pid: z.int(), startedAt: z.string() });
export const reservationRow = z.object({ reservation_id: z.string() });
