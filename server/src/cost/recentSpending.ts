import * as z from 'zod';
import type { Database } from '../storage/sqlite.ts';
import { microUsd, toUsd, type MicroUsd } from './money.ts';
import type { BudgetWindow } from './windows.ts';

/** What a rate is taken over. */
const rateMinutes = 10;

/** Only the latest rows are looked at: a meter is read twice a second, whatever the ledger holds. */
const latestRows = 2000;

const money = z.int().nonnegative().transform(microUsd);
const rateRow = z.object({ ofTask: money, ofAll: money });
const agentRow = z.object({ agent: z.string(), spent: money });

export interface Rates {
  readonly task: number;
  readonly all: number;
}

/** Dollars a minute over the last ten minutes, of one task and of everything. Reads only. */
export function readRates(database: Database, taskId: string, isSimulated: boolean, now: Date): Rates {
  const since = new Date(now.getTime() - rateMinutes * 60_000).toISOString();
  const row = rateRow.parse(
    database
      .prepare(
        `SELECT coalesce(sum(CASE task_id WHEN ? THEN amount END), 0) AS ofTask, coalesce(sum(amount), 0) AS ofAll
         FROM (SELECT * FROM cost_requests ORDER BY rowid DESC LIMIT ?)
         WHERE state = 'settled' AND simulated = ? AND closed_at >= ? AND closed_at <= ?`,
      )
      .get(taskId, latestRows, Number(isSimulated), since, now.toISOString()),
  );
  return { task: toUsd(row.ofTask) / rateMinutes, all: toUsd(row.ofAll) / rateMinutes };
}

export interface AgentSpending {
  readonly agent: string;
  readonly spent: MicroUsd;
}

/** The agents that spent most in a window, the most expensive first. Reads only. */
export function readTopAgents(
  database: Database,
  window: BudgetWindow,
  key: string,
  isSimulated: boolean,
): readonly AgentSpending[] {
  return database
    .prepare(
      `SELECT agent, sum(spent) AS spent FROM cost_groups WHERE kind = ? AND key = ? AND simulated = ?
       GROUP BY agent HAVING sum(spent) > 0 ORDER BY sum(spent) DESC, agent LIMIT 3`,
    )
    .all(window, key, Number(isSimulated))
    .map((row) => agentRow.parse(row));
}
