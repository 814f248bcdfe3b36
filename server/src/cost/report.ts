import * as z from 'zod';
import type { CostGrouping, CostReport, CostRow } from '#protocol/cost';
import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading, snapshot, type Database } from '../storage/sqlite.ts';
import { withUsableLedger } from './ledgerFile.ts';
import { microUsd, toUsd } from './money.ts';

// What was spent, read from the ledger without changing it. Only settled requests are cost: what is held may still turn
// out cheaper, so it is told apart and never in a row.

export interface CostQuery {
  readonly by: CostGrouping;
  /** The real path of a workspace (`projectPath`). */
  readonly project: string;
}

export interface CostDetails {
  readonly rows: readonly CostRow[];
  readonly totalUsd: number;
  readonly simulatedUsd: number;
  /** Requests under way, or left open by a process that died. */
  readonly held: { readonly calls: number; readonly realUsd: number; readonly simulatedUsd: number };
  /** Other workspaces that have spent something. */
  readonly otherProjects: readonly string[];
}

/** A project's settled spending as it goes over the wire and into `loki cost --format json`. */
export function costReport(lokiHome: string, query: CostQuery): CostReport {
  const { rows, totalUsd, simulatedUsd } = costDetails(lokiHome, query);
  return { rows: [...rows], totalUsd, simulatedUsd };
}

/** The same with what people should know beside it. Where there is no ledger yet, nothing was spent. */
export function costDetails(lokiHome: string, query: CostQuery): CostDetails {
  const file = lokiDatabase(lokiHome);
  const database = openDatabaseForReading(file, lokiMigrations, ledgerVersion);
  if (database === null) return nothing;
  try {
    // One state for all sums, so that they fit together while other processes spend.
    return withUsableLedger(file, () => snapshot(database, () => readDetails(database, query)));
  } finally {
    database.close();
  }
}

const nothing: CostDetails = {
  rows: [],
  totalUsd: 0,
  simulatedUsd: 0,
  held: { calls: 0, realUsd: 0, simulatedUsd: 0 },
  otherProjects: [],
};

const columns: Readonly<Record<CostGrouping, string>> = {
  task: 'task_id',
  day: 'day',
  agent: 'agent',
  phase: 'phase',
  model: 'model',
  provider: 'provider',
};
const count = z.int().nonnegative();
const money = count.transform(microUsd);
const settledRow = z.object({
  key: z.string(),
  simulated: z.int(),
  amount: money,
  input: count,
  output: count,
  calls: count,
  unmeasured: count,
});
const heldRow = z.object({ calls: count, real: money, simulated: money });
const projectRow = z.object({ project: z.string() });

function readDetails(database: Database, { by, project }: CostQuery): CostDetails {
  const settled = database
    .prepare(
      `SELECT ${columns[by]} AS key, simulated, sum(amount) AS amount, count(*) AS calls,
         coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
         sum(measured = 0) AS unmeasured
       FROM cost_requests WHERE project = ? AND state = 'settled'
       GROUP BY key, simulated ORDER BY simulated, ${by === 'day' ? '' : 'amount DESC,'} key`,
    )
    .all(project)
    .map((row) => settledRow.parse(row));
  const held = heldRow.parse(
    database
      .prepare(
        `SELECT count(*) AS calls, coalesce(sum(CASE simulated WHEN 0 THEN reserved END), 0) AS real,
           coalesce(sum(CASE simulated WHEN 1 THEN reserved END), 0) AS simulated
         FROM cost_holds WHERE project = ?`,
      )
      .get(project),
  );
  const others = database
    .prepare(`SELECT DISTINCT project FROM cost_requests WHERE project <> ? AND state = 'settled' ORDER BY project`)
    .all(project)
    .map((row) => projectRow.parse(row).project);

  const total = (simulated: number) =>
    toUsd(microUsd(settled.reduce((sum, row) => (row.simulated === simulated ? sum + row.amount : sum), 0)));
  return {
    rows: settled.map(({ key, simulated, amount, input, output, calls, unmeasured }) => ({
      key,
      simulated: simulated === 1,
      costUsd: toUsd(amount),
      inputTokens: unmeasured === calls ? null : input,
      outputTokens: unmeasured === calls ? null : output,
      calls,
      ...(unmeasured === 0 ? {} : { unmeasuredCalls: unmeasured }),
    })),
    totalUsd: total(0),
    simulatedUsd: total(1),
    held: { calls: held.calls, realUsd: toUsd(held.real), simulatedUsd: toUsd(held.simulated) },
    otherProjects: others,
  };
}
