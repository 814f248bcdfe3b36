import type { Membership } from './groupTable.ts';
import { holdRow } from './ledgerRows.ts';
import type { CostLimits } from './limits.ts';
import type { MicroUsd } from './money.ts';
import type { Rates } from './rates.ts';
import type { TermTable } from './termTable.ts';
import type { WindowKeys } from './windows.ts';

/** What limits a request beside its windows: whose money it is, and what it belongs to. */
export interface Spender {
  readonly isSimulated: boolean;
  readonly membership: Membership;
  readonly limits: CostLimits;
}

/** What a request was reserved on. */
export interface HeldRequest extends Spender {
  readonly keys: WindowKeys;
  readonly rates: Rates;
  readonly inputBound: number;
  readonly maxOutputTokens: number;
  readonly amount: MicroUsd;
}

/** The columns that a reservation has while it is held, and keeps when it is closed. */
export const heldColumns = `reservation_id, run_id, task_id, project, agent, swarm, phase, provider, model, person,
  organisation, simulated, day, month, reserved_at, reserved, input_bound, max_output_tokens, rates, limits`;

/** Reads these columns of a row. */
export function heldRequest(found: unknown, terms: TermTable): HeldRequest {
  const row = holdRow.parse(found);
  const { agent, swarm, provider, project, person, organisation } = row;
  return {
    keys: { task: row.task_id, day: row.day, month: row.month },
    isSimulated: row.simulated === 1,
    membership: { agent, swarm, provider, project, person, organisation },
    limits: terms.readLimits(row.limits),
    rates: terms.readRates(row.rates),
    inputBound: row.input_bound,
    maxOutputTokens: row.max_output_tokens,
    amount: row.reserved,
  };
}
