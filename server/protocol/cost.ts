import * as z from 'zod/mini';
import { clientRequest } from './message.ts';

export const costGrouping = z.enum(['task', 'day', 'agent', 'phase', 'model', 'provider']);
export type CostGrouping = z.infer<typeof costGrouping>;

/** Real and simulated money never share a row. */
export const costRow = z.strictObject({
  key: z.string(),
  simulated: z.boolean(),
  costUsd: z.number(),
  /** Of the calls whose provider counted them; null where none did: unknown is never nothing. */
  inputTokens: z.nullable(z.int()),
  outputTokens: z.nullable(z.int()),
  calls: z.int(),
  /** How many of the calls came back without usage, where any did: their cost is all that was reserved for them. */
  unmeasuredCalls: z.exactOptional(z.int()),
});
export type CostRow = Readonly<z.infer<typeof costRow>>;

export const costReport = z.strictObject({
  rows: z.array(costRow),
  /** Real money only. */
  totalUsd: z.number(),
  simulatedUsd: z.number(),
});
export type CostReport = Readonly<z.infer<typeof costReport>>;

export const tokenCount = z.strictObject({
  input: z.int(),
  output: z.int(),
  /** True where some requests came back without usage: their tokens are in neither number. */
  isPartial: z.exactOptional(z.boolean()),
});
export type TokenCount = Readonly<z.infer<typeof tokenCount>>;

export const budgetWindow = z.enum(['task', 'day', 'month']);

export const budgetUnit = z.enum(['usd', 'tokens']);

/** A budget that runs short: its share for warnings is spent, or it does not afford the next request. */
export const budgetShown = z.strictObject({
  state: z.enum(['alert', 'limit']),
  window: budgetWindow,
  /** Whose budget it is, such as `agent security_auditor`; null where it is that of all spending. */
  group: z.nullable(z.string()),
  unit: budgetUnit,
  limit: z.number(),
  spent: z.number(),
  simulated: z.boolean(),
  /** What its limit can be raised to so that the task goes on; left out where no person may raise it. */
  raiseTo: z.exactOptional(z.number()),
});
export type BudgetShown = Readonly<z.infer<typeof budgetShown>>;

const meterWindow = z.strictObject({
  spentUsd: z.number(),
  reservedUsd: z.number(),
  limitUsd: z.nullable(z.number()),
  /** Where it goes if spending goes on like this. */
  forecast: z.exactOptional(
    z.strictObject({
      /** What was spent in it a minute, over the last ten. */
      ratePerMinuteUsd: z.number(),
      /** When its limit is reached at this rate; null where it has none, starts anew before, or nothing is being spent. */
      exhaustedAt: z.nullable(z.string()),
      /** When it starts anew; null for a task, which never does. */
      resetsAt: z.nullable(z.string()),
    }),
  ),
});
export type MeterWindow = Readonly<z.infer<typeof meterWindow>>;

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
  /** Who has spent most of the task, or of today where there is no task; the most expensive first. */
  agents: z.exactOptional(z.array(z.strictObject({ agent: z.string(), costUsd: z.number() }))),
});
export type Meter = Readonly<z.infer<typeof meter>>;

export const costMeter = clientRequest('loki/cost/meter', z.strictObject({ workspace: z.string() }), meter);

/** How one window was spent: what a burn-down is drawn from. */
const burnDown = z.strictObject({
  window: budgetWindow,
  key: z.string(),
  state: meterWindow,
  startsAt: z.string(),
  /** What was spent up to a moment, in their order. */
  points: z.array(z.strictObject({ at: z.string(), spentUsd: z.number() })),
});
export type BurnDown = Readonly<z.infer<typeof burnDown>>;

/** What the cost page shows: the windows of the kind of money that the latest run spends, and what all runs cost. */
export const costState = z.strictObject({
  simulated: z.boolean(),
  at: z.string(),
  alertThreshold: z.number(),
  windows: z.array(burnDown),
  /** Limits of groups that something was spent under. */
  groups: z.array(
    z.strictObject({ group: z.string(), window: budgetWindow, spentUsd: z.number(), limitUsd: z.number() }),
  ),
  breakdowns: z.array(z.strictObject({ by: costGrouping, rows: z.array(costRow) })),
  totalUsd: z.number(),
  simulatedUsd: z.number(),
});
export type CostState = Readonly<z.infer<typeof costState>>;

export const costRead = clientRequest('loki/cost/read', z.strictObject({ workspace: z.string() }), costState);

/** Raises a limit of a run's task, of today or of this month: a person's decision, which is recorded. */
export const costRaise = clientRequest(
  'loki/cost/raise',
  z.strictObject({
    workspace: z.string(),
    window: budgetWindow,
    /** The run whose task it is; null for a day or a month. */
    runId: z.nullable(z.string()),
    /** Whose limit, as `budgetShown` says it; left out or null for that of all spending. */
    group: z.exactOptional(z.nullable(z.string().check(z.maxLength(4096)))),
    /** US dollars, unless it says tokens. */
    unit: z.exactOptional(budgetUnit),
    /** How far, as a person writes it. */
    to: z.string().check(z.maxLength(40)),
  }),
  /** In US dollars or tokens. */
  z.strictObject({ from: z.number(), to: z.number() }),
);
