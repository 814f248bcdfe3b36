import * as z from 'zod';
import type { AuditEntry } from '#protocol/audit';
import type { ReservationId } from './ledger.ts';
import { microUsd, type MicroUsd } from './money.ts';
import { isTokenUsage, maxTokens, type TokenUsage } from './tokenUsage.ts';

// What the entries of an audit log say about a request to a model: the intent that was durable before it was sent, and
// how it ended. Pure. What is no such entry says nothing; what an intent leaves open is taken at its worst.

export interface LoggedIntent {
  readonly kind: 'intent';
  readonly at: Date;
  readonly actionId: string;
  readonly reservationId: ReservationId;
  readonly runId: string;
  readonly taskId: string;
  readonly agent: string;
  readonly swarm: string;
  readonly phase: string;
  readonly provider: string;
  readonly model: string;
  readonly isSimulated: boolean;
  readonly reserved: MicroUsd;
  readonly inputBound: number;
  readonly maxOutputTokens: number;
}

export interface LoggedOutcome {
  readonly kind: 'outcome';
  readonly at: Date;
  readonly actionId: string;
  /** Null in the entries of older versions. */
  readonly reservationId: ReservationId | null;
  readonly ending: LoggedEnding;
}

/** How a request ended: nothing was owed for it, or this. */
export type LoggedEnding =
  | { readonly kind: 'released' }
  | {
      readonly kind: 'settled';
      readonly amount: MicroUsd;
      /** Null where nothing believable was counted. */
      readonly usage: TokenUsage | null;
      readonly isOverrun: boolean;
    };

/** No request costs more; beyond it a number is a mistake or a lie. */
const mostUsd = 999_999_999;

const micro = z
  .number()
  .nonnegative()
  .transform((usd) => microUsd(Math.round(Math.min(usd, mostUsd) * 1_000_000)));
const tokens = z.int().nonnegative().max(maxTokens);
const reservation = z
  .string()
  .regex(/^res-\w{1,64}$/)
  .transform((id) => id as ReservationId);
/** Times that days can be told of: a clock that was lost with the power says 1970, and spends all the same. */
const [earliest, latest] = [Date.parse('2000-01-01'), Date.parse('9000-01-01')];

const intent = z.object({
  stage: z.literal('intent'),
  action_id: z.string(),
  reservation_id: reservation,
  run_id: z.string(),
  task_id: z.string(),
  agent: z.string().default('loki'),
  swarm: z.string().default('loki'),
  phase: z.string().default('none'),
  provider: z.string(),
  model: z.string(),
  simulated: z.boolean(),
  reserved_usd: micro,
  max_input_tokens: tokens.default(0),
  max_output_tokens: tokens,
});

const outcome = z.object({
  stage: z.literal('outcome'),
  action_id: z.string(),
  reservation_id: reservation.nullable().default(null),
  result: z.string(),
  cost_usd: micro,
  input_tokens: tokens.nullable().default(null),
  output_tokens: tokens.nullable().default(null),
  'gen_ai.usage.cache_read.input_tokens': tokens.default(0),
  'gen_ai.usage.cache_creation.input_tokens': tokens.default(0),
  overrun: z.boolean().default(false),
});

/** What an entry says about a request to a model; null where it says nothing that the ledger keeps. */
export function readLoggedCall({ what, timestamp, metadata }: AuditEntry): LoggedIntent | LoggedOutcome | null {
  if (what !== 'model_call') return null;
  const at = timeOf(timestamp);
  const begun = intent.safeParse(metadata);
  if (begun.success) {
    const { data } = begun;
    const { agent, swarm, phase, provider, model } = data;
    return {
      kind: 'intent',
      at,
      actionId: data.action_id,
      reservationId: data.reservation_id,
      runId: data.run_id,
      taskId: data.task_id,
      agent,
      swarm,
      phase,
      provider,
      model,
      isSimulated: data.simulated,
      reserved: data.reserved_usd,
      inputBound: data.max_input_tokens,
      maxOutputTokens: data.max_output_tokens,
    };
  }
  const ended = outcome.safeParse(metadata);
  if (!ended.success) return null;
  const { action_id: actionId, reservation_id: reservationId } = ended.data;
  return { kind: 'outcome', at, actionId, reservationId, ending: endingOf(ended.data) };
}

/** The time that an entry was written at, as far as it says one. */
export function timeOf(timestamp: string): Date {
  const ms = Date.parse(timestamp);
  return new Date(Number.isNaN(ms) ? earliest : Math.min(Math.max(ms, earliest), latest));
}

function endingOf(data: z.infer<typeof outcome>): LoggedEnding {
  const { result, cost_usd: amount, overrun: isOverrun } = data;
  const counted = usageOf(data);
  const isUnbilled = result === 'unsent' || (result === 'failed' && amount === 0);
  if (isUnbilled && counted === null) return { kind: 'released' };
  const isBelievable = counted !== null && isTokenUsage(counted) && counted.input > 0;
  return { kind: 'settled', amount, usage: isBelievable ? counted : null, isOverrun };
}

function usageOf(data: z.infer<typeof outcome>): TokenUsage | null {
  const { input_tokens: input, output_tokens: output } = data;
  if (input === null || output === null) return null;
  return {
    input,
    output,
    cacheRead: data['gen_ai.usage.cache_read.input_tokens'],
    cacheWrite: data['gen_ai.usage.cache_creation.input_tokens'],
  };
}
