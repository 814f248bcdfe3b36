import type { CostRow, CostState } from '#protocol/cost';

const row = (key: string, costUsd: number, part: Partial<CostRow> = {}): CostRow => ({
  key,
  simulated: false,
  costUsd,
  inputTokens: 12_000,
  outputTokens: 900,
  calls: 3,
  ...part,
});

const unmeasured = { inputTokens: null, outputTokens: null, calls: 2, unmeasuredCalls: 2 };

/** A folder with a task near its limit, a day that will reach it, and a month without one. */
export const costState: CostState = {
  simulated: false,
  at: '2026-11-22T12:00:00.000Z',
  alertThreshold: 0.8,
  windows: [
    {
      window: 'task',
      key: 'task-x7w2m4kq9p',
      state: {
        spentUsd: 4.5,
        reservedUsd: 0.1,
        limitUsd: 5,
        forecast: { ratePerMinuteUsd: 0, exhaustedAt: null, resetsAt: null },
      },
      startsAt: '2026-11-22T11:00:00.000Z',
      points: [
        { at: '2026-11-22T11:10:00.000Z', spentUsd: 1 },
        { at: '2026-11-22T11:40:00.000Z', spentUsd: 4.5 },
      ],
    },
    {
      window: 'day',
      key: '2026-11-22',
      state: {
        spentUsd: 20,
        reservedUsd: 0,
        limitUsd: 50,
        forecast: {
          ratePerMinuteUsd: 0.25,
          exhaustedAt: '2026-11-22T14:00:00.000Z',
          resetsAt: '2026-11-23T00:00:00.000Z',
        },
      },
      startsAt: '2026-11-22T00:00:00.000Z',
      points: [
        { at: '2026-11-22T09:00:00.000Z', spentUsd: 15.5 },
        { at: '2026-11-22T11:40:00.000Z', spentUsd: 20 },
      ],
    },
    {
      window: 'month',
      key: '2026-11',
      state: {
        spentUsd: 310,
        reservedUsd: 0,
        limitUsd: null,
        forecast: { ratePerMinuteUsd: 0.25, exhaustedAt: null, resetsAt: '2026-12-01T00:00:00.000Z' },
      },
      startsAt: '2026-11-01T00:00:00.000Z',
      points: [
        { at: '2026-11-10T09:00:00.000Z', spentUsd: 200 },
        { at: '2026-11-22T11:40:00.000Z', spentUsd: 310 },
      ],
    },
  ],
  groups: [{ group: 'agent security_auditor', window: 'day', spentUsd: 0.4, limitUsd: 2 }],
  breakdowns: [
    { by: 'task', rows: [row('task-x7w2m4kq9p', 4.5), row('task-demo', 0.05, { simulated: true })] },
    { by: 'day', rows: [row('2026-11-22', 4.5)] },
    { by: 'agent', rows: [row('implementer', 4, unmeasured), row('architect', 0.5)] },
    { by: 'phase', rows: [row('act', 4.5)] },
    { by: 'model', rows: [row('claude-sonnet-4-5', 4.5)] },
    { by: 'provider', rows: [row('anthropic', 4.5)] },
  ],
  totalUsd: 4.5,
  simulatedUsd: 0.05,
};

export const emptyCost: CostState = {
  ...costState,
  windows: costState.windows.map((burn) => ({
    ...burn,
    points: [],
    state: { spentUsd: 0, reservedUsd: 0, limitUsd: burn.state.limitUsd },
  })),
  groups: [],
  breakdowns: costState.breakdowns.map(({ by }) => ({ by, rows: [] })),
  totalUsd: 0,
  simulatedUsd: 0,
};
