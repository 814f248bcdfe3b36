import path from 'node:path';

// The tables of `loki.db`, the database of what belongs to a user. One list for all of them, because a database has one
// version: a migration is only ever added at the end.

/** Where it lies, in the folder of what belongs to the user. */
export function lokiDatabase(lokiHome: string): string {
  return path.join(lokiHome, 'loki.db');
}

export const lokiMigrations: readonly string[] = [
  // The ledger: one row a request, and for every window its two sums, kept in the same transaction, so that a reservation
  // need not add up a month. Amounts are micro-dollars. A released request keeps its row: it was reserved, and the audit
  // log says so.
  `
  CREATE TABLE cost_requests (
    reservation_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL, task_id TEXT NOT NULL, project TEXT NOT NULL,
    agent TEXT NOT NULL, swarm TEXT NOT NULL, phase TEXT NOT NULL,
    provider TEXT NOT NULL, model TEXT NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    day TEXT NOT NULL, month TEXT NOT NULL,
    owner_pid INTEGER NOT NULL, owner_started_at TEXT NOT NULL,
    reserved_at TEXT NOT NULL,
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    input_bound INTEGER NOT NULL, max_output_tokens INTEGER NOT NULL,
    rates TEXT NOT NULL, limits TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'settled', 'released')),
    closed_at TEXT,
    amount INTEGER CHECK (amount >= 0),
    measured INTEGER, overrun INTEGER,
    input_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER,
    CHECK ((state = 'settled') = (amount IS NOT NULL))
  ) STRICT;
  CREATE INDEX cost_requests_by_task ON cost_requests (task_id);
  CREATE INDEX cost_requests_by_run ON cost_requests (run_id);
  CREATE INDEX cost_requests_by_project ON cost_requests (project);
  CREATE TABLE cost_windows (
    kind TEXT NOT NULL CHECK (kind IN ('task', 'day', 'month')),
    key TEXT NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    alerted_at TEXT,
    PRIMARY KEY (kind, key, simulated)
  ) STRICT, WITHOUT ROWID;
  `,
  // The heads of audit logs: how long each was and what it ended in, by where it lies, so that a log that was deleted or
  // shortened is noticed. And the keys that signed about each log.
  `
  CREATE TABLE audit_heads (
    path TEXT NOT NULL,
    log_id TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    hash TEXT NOT NULL,
    checkpoint_size INTEGER NOT NULL DEFAULT 0 CHECK (checkpoint_size >= 0),
    workspace_identity TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (path, log_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX audit_heads_by_log ON audit_heads (log_id);
  CREATE TABLE audit_keys (
    log_id TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    key TEXT NOT NULL,
    PRIMARY KEY (log_id, epoch)
  ) STRICT, WITHOUT ROWID;
  `,
  // What runs remember of their approvals: grants, denials and open questions, each as JSON that its reader parses.
  `
  CREATE TABLE approval_memory (
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('grant', 'denial', 'question')),
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    PRIMARY KEY (run_id, kind, id)
  ) STRICT, WITHOUT ROWID;
  `,
  // The ledger again. Windows count tokens too and remember what people raised their limit to; `cost_groups` has the sums
  // of a window for each combination of what can have limits of its own, so that a limit that is configured later knows
  // what was spent before. A request that nobody is left to close is settled and marked with `expired_at`.
  `
  ALTER TABLE cost_requests ADD COLUMN person TEXT NOT NULL DEFAULT '';
  ALTER TABLE cost_requests ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
  ALTER TABLE cost_requests ADD COLUMN expired_at TEXT;
  DROP INDEX cost_requests_by_task;
  DROP INDEX cost_requests_by_run;
  CREATE INDEX cost_requests_held ON cost_requests (owner_pid) WHERE state = 'held';
  ALTER TABLE cost_windows ADD COLUMN input_tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cost_windows ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cost_windows ADD COLUMN tokens_spent INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cost_windows ADD COLUMN tokens_reserved INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE cost_windows ADD COLUMN raised_to INTEGER;
  ALTER TABLE cost_windows ADD COLUMN raised_by TEXT;
  ALTER TABLE cost_windows ADD COLUMN raised_at TEXT;
  UPDATE cost_windows SET (input_tokens, output_tokens, tokens_spent, tokens_reserved) = (
    SELECT coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0),
      coalesce(sum(CASE state WHEN 'settled' THEN
        coalesce(input_tokens, input_bound) + coalesce(output_tokens, max_output_tokens) END), 0),
      coalesce(sum(CASE state WHEN 'held' THEN input_bound + max_output_tokens END), 0)
    FROM cost_requests WHERE cost_requests.simulated = cost_windows.simulated AND cost_windows.key =
      CASE cost_windows.kind WHEN 'task' THEN task_id WHEN 'day' THEN day ELSE month END
  );
  CREATE TABLE cost_groups (
    kind TEXT NOT NULL CHECK (kind IN ('task', 'day', 'month')),
    key TEXT NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    agent TEXT NOT NULL, swarm TEXT NOT NULL, provider TEXT NOT NULL,
    project TEXT NOT NULL, person TEXT NOT NULL, organisation TEXT NOT NULL,
    spent INTEGER NOT NULL CHECK (spent >= 0),
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    PRIMARY KEY (kind, key, simulated, agent, swarm, provider, project, person, organisation)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO cost_groups
    SELECT kind, key, simulated, agent, swarm, provider, project, person, organisation,
      coalesce(sum(amount), 0), coalesce(sum(CASE state WHEN 'held' THEN reserved END), 0)
    FROM (
      SELECT 'task' AS kind, task_id AS key, * FROM cost_requests
      UNION ALL SELECT 'day', day, * FROM cost_requests
      UNION ALL SELECT 'month', month, * FROM cost_requests
    ) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
  CREATE TABLE cost_group_alerts (
    kind TEXT NOT NULL, key TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    group_kind TEXT NOT NULL, group_name TEXT NOT NULL,
    alerted_at TEXT NOT NULL,
    PRIMARY KEY (kind, key, simulated, group_kind, group_name)
  ) STRICT, WITHOUT ROWID;
  `,
  // The ledger once more. What is held lies apart from what is closed: a reservation writes one row, and what is reserved
  // in a window is the sum of the few rows that are there, so that it is kept nowhere else. The terms of requests
  // are few, and stand once. Reports of a project read all rows: an index of them would cost every request a page.
  `
  CREATE TABLE cost_terms (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
  ) STRICT;
  INSERT INTO cost_terms (text) SELECT rates FROM cost_requests UNION SELECT limits FROM cost_requests;
  CREATE TABLE cost_holds (
    reservation_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL, task_id TEXT NOT NULL, project TEXT NOT NULL,
    agent TEXT NOT NULL, swarm TEXT NOT NULL, phase TEXT NOT NULL,
    provider TEXT NOT NULL, model TEXT NOT NULL,
    person TEXT NOT NULL, organisation TEXT NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    day TEXT NOT NULL, month TEXT NOT NULL,
    reserved_at TEXT NOT NULL,
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    input_bound INTEGER NOT NULL CHECK (input_bound >= 0),
    max_output_tokens INTEGER NOT NULL CHECK (max_output_tokens >= 0),
    rates INTEGER NOT NULL, limits INTEGER NOT NULL,
    owner_pid INTEGER NOT NULL, owner_started_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO cost_holds
    SELECT reservation_id, run_id, task_id, project, agent, swarm, phase, provider, model, person, organisation,
      simulated, day, month, reserved_at, reserved, input_bound, max_output_tokens,
      (SELECT id FROM cost_terms WHERE text = rates), (SELECT id FROM cost_terms WHERE text = limits),
      owner_pid, owner_started_at
    FROM cost_requests WHERE state = 'held';
  DROP INDEX cost_requests_by_project;
  DROP INDEX cost_requests_held;
  ALTER TABLE cost_requests RENAME TO cost_requests_before;
  CREATE TABLE cost_requests (
    reservation_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL, task_id TEXT NOT NULL, project TEXT NOT NULL,
    agent TEXT NOT NULL, swarm TEXT NOT NULL, phase TEXT NOT NULL,
    provider TEXT NOT NULL, model TEXT NOT NULL,
    person TEXT NOT NULL, organisation TEXT NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    day TEXT NOT NULL, month TEXT NOT NULL,
    reserved_at TEXT NOT NULL,
    reserved INTEGER NOT NULL, input_bound INTEGER NOT NULL, max_output_tokens INTEGER NOT NULL,
    rates INTEGER NOT NULL, limits INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('settled', 'released')),
    closed_at TEXT NOT NULL,
    amount INTEGER CHECK (amount >= 0),
    measured INTEGER, overrun INTEGER,
    input_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, output_tokens INTEGER,
    expired_at TEXT,
    CHECK ((state = 'settled') = (amount IS NOT NULL))
  ) STRICT;
  INSERT INTO cost_requests
    SELECT reservation_id, run_id, task_id, project, agent, swarm, phase, provider, model, person, organisation,
      simulated, day, month, reserved_at, reserved, input_bound, max_output_tokens,
      (SELECT id FROM cost_terms WHERE text = rates), (SELECT id FROM cost_terms WHERE text = limits),
      state, coalesce(closed_at, reserved_at), amount, measured, overrun,
      input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, expired_at
    FROM cost_requests_before WHERE state <> 'held' ORDER BY closed_at;
  DROP TABLE cost_requests_before;
  ALTER TABLE cost_windows DROP COLUMN reserved;
  ALTER TABLE cost_windows DROP COLUMN tokens_reserved;
  ALTER TABLE cost_groups DROP COLUMN reserved;
  `,
  // The ledger: the audit logs that tell of its requests, of which entries each it knows all requests (from one entry to
  // another, which is named by its hash too), and the boot in which that was found out. And what people raised limits of
  // groups and of tokens to; `group_kind` is empty where it is that of all spending.
  `
  CREATE TABLE cost_log_marks (
    log TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    boot TEXT NOT NULL,
    from_seq INTEGER CHECK (from_seq >= 0),
    seq INTEGER CHECK (seq >= 0),
    hash TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE cost_raises (
    kind TEXT NOT NULL CHECK (kind IN ('task', 'day', 'month')),
    key TEXT NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN ('usd', 'tokens')),
    group_kind TEXT NOT NULL, group_name TEXT NOT NULL,
    raised_to INTEGER NOT NULL CHECK (raised_to > 0),
    raised_by TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    PRIMARY KEY (kind, key, unit, group_kind, group_name)
  ) STRICT, WITHOUT ROWID;
  `,
  // Everything that was raised stands in one table.
  `
  INSERT INTO cost_raises
    SELECT kind, key, 'usd', '', '', max(raised_to), raised_by, raised_at
    FROM cost_windows WHERE raised_to IS NOT NULL GROUP BY kind, key;
  ALTER TABLE cost_windows DROP COLUMN raised_to;
  ALTER TABLE cost_windows DROP COLUMN raised_by;
  ALTER TABLE cost_windows DROP COLUMN raised_at;
  `,
];

/** How many of the migrations the ledger needs to be read. */
export const ledgerVersion = 7;
