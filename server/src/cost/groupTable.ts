import type { Database } from '../storage/sqlite.ts';
import { groupKinds, type BudgetGroup, type GroupKind } from './limits.ts';
import { storedMoney } from './storedAmount.ts';
import type { BudgetWindow, SettledWindow, WindowKeys } from './windows.ts';

/** What a request belongs to, as far as it can have limits of its own. */
export interface Membership {
  readonly agent: string;
  readonly swarm: string;
  readonly provider: string;
  readonly project: string;
  readonly person: string;
  readonly organisation: string;
}

/** Where the ledger keeps what a request belongs to. */
export const groupColumns: Readonly<Record<GroupKind, keyof Membership>> = {
  agent: 'agent',
  swarm: 'swarm',
  provider: 'provider',
  project: 'project',
  user: 'person',
  organisation: 'organisation',
};

export function nameIn(kind: GroupKind, membership: Membership): string {
  return membership[groupColumns[kind]];
}

/**
 * The sums of every window by what its requests belong to: one row for each combination, so that each request changes
 * one row a window, and any group adds up a few of them. Changes must run inside a transaction of the caller.
 */
export function groupTable(database: Database) {
  const change = database.prepare(
    `INSERT INTO cost_groups (kind, key, simulated, agent, swarm, provider, project, person, organisation, spent)
     VALUES ('task', ?1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, max(0, ?11)),
       ('day', ?2, ?4, ?5, ?6, ?7, ?8, ?9, ?10, max(0, ?11)),
       ('month', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, max(0, ?11))
     ON CONFLICT DO UPDATE SET spent = spent + ?11`,
  );
  const sums = new Map(
    groupKinds.map((kind) => [
      kind,
      database.prepare(
        `SELECT coalesce(sum(spent), 0) AS spent
         FROM cost_groups WHERE kind = ? AND key = ? AND simulated = ? AND ${groupColumns[kind]} = ?`,
      ),
    ]),
  );
  const findAlert = database.prepare(
    `SELECT 1 FROM cost_group_alerts
     WHERE kind = ? AND key = ? AND simulated = ? AND group_kind = ? AND group_name = ?`,
  );
  const addAlert = database.prepare(`INSERT OR IGNORE INTO cost_group_alerts VALUES (?, ?, ?, ?, ?, ?)`);

  return {
    change(keys: WindowKeys, isSimulated: boolean, of: Membership, spent: number): void {
      const { agent, swarm, provider, project, person, organisation } = of;
      const { task, day, month } = keys;
      const simulated = Number(isSimulated);
      change.run(task, day, month, simulated, agent, swarm, provider, project, person, organisation, spent);
    },
    read(window: BudgetWindow, key: string, isSimulated: boolean, group: BudgetGroup): SettledWindow {
      const simulated = Number(isSimulated);
      const spent = storedMoney(sums.get(group.kind)?.get(window, key, simulated, group.name)?.['spent']);
      const isAlerted = findAlert.get(window, key, simulated, group.kind, group.name) !== undefined;
      return { window, key, group, spent, isAlerted };
    },
    markAlerted(window: BudgetWindow, key: string, isSimulated: boolean, group: BudgetGroup, at: Date): void {
      addAlert.run(window, key, Number(isSimulated), group.kind, group.name, at.toISOString());
    },
  };
}

export type GroupTable = ReturnType<typeof groupTable>;
