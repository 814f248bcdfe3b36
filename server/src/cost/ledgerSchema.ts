// The ledger's tables in `loki.db`: one row a request, and for every window its two sums, kept in the same transaction, so
// that a reservation need not add up a month. Amounts are micro-dollars. A released request keeps its row: it was reserved,
// and the audit log says so.

export const ledgerMigrations: readonly string[] = [
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
];
