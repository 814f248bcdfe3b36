import { refused, type Family } from '../hostileCase.ts';

export const budget: Family = {
  name: 'budget',
  title: 'Spending without end',
  remedy: 'set cost.max_per_task, cost.max_per_day and cost.max_per_month to what a task, a day and a month are worth',
  limitedBy: 'cost',
  cases: [
    refused('an agent that goes round in circles', { kind: 'spending', window: 'task', usd: 1000 }),
    refused('one request as long as can be', { kind: 'spending', window: 'task', usd: 10_000 }),
    refused('a hundred tasks started at once', { kind: 'spending', window: 'day', usd: 10_000 }),
    refused('a hundred tasks every day', { kind: 'spending', window: 'month', usd: 100_000 }),
  ],
};
