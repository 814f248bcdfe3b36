import * as z from 'zod';
import { ledgerVersion, lokiDatabase, lokiMigrations } from '../storage/lokiDatabase.ts';
import { openDatabaseForReading } from '../storage/sqlite.ts';
import { withUsableLedger } from './ledgerFile.ts';
import { microUsd } from './money.ts';

const count = z.int().nonnegative();
const charge = z.object({
  /** The hour in which the requests were sent: `2026-03-10T12`, UTC. */
  hour: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/),
  task: z.string(),
  agent: z.string(),
  phase: z.string(),
  provider: z.string(),
  model: z.string(),
  project: z.string(),
  person: z.string(),
  organisation: z.string(),
  amount: count.transform(microUsd),
  calls: count,
  /** All or none of the calls were counted by the provider. */
  measured: z.int(),
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
});
export type FocusCharge = z.infer<typeof charge>;

/**
 * The real money of a project as charges: one for each hour, task, agent, phase, provider and model, what was measured
 * apart from what was not. Simulated money was never charged and is in none. Reads only.
 */
export function focusCharges(lokiHome: string, project: string): readonly FocusCharge[] {
  const file = lokiDatabase(lokiHome);
  const database = openDatabaseForReading(file, lokiMigrations, ledgerVersion);
  if (database === null) return [];
  try {
    return withUsableLedger(file, () =>
      database
        .prepare(
          `SELECT substr(reserved_at, 1, 13) AS hour, task_id AS task, agent, phase, provider, model, project, person,
             organisation, sum(amount) AS amount, count(*) AS calls, measured,
             coalesce(sum(input_tokens), 0) AS input, coalesce(sum(output_tokens), 0) AS output,
             coalesce(sum(cache_read_tokens), 0) AS cacheRead, coalesce(sum(cache_write_tokens), 0) AS cacheWrite
           FROM cost_requests WHERE project = ? AND state = 'settled' AND simulated = 0
           GROUP BY hour, task_id, agent, phase, provider, model, person, organisation, measured
           ORDER BY hour, task_id, agent, phase, provider, model, person, organisation, measured`,
        )
        .all(project)
        .map((row) => charge.parse(row)),
    );
  } finally {
    database.close();
  }
}
