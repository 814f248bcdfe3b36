import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../../server/src/base/clock.ts';
import { loadConfig } from '../../../server/src/config/loadConfig.ts';
import { openLedger } from '../../../server/src/cost/openLedger.ts';
import { openAudit } from '../../../server/src/runs/openAudit.ts';
import { reconcileLedger } from '../../../server/src/runs/reconcileLedger.ts';
import type { World } from '../../../server/src/runs/world.ts';
import { aFolder } from '../cost/aLedger.ts';
import { countingServer } from '../cost/countingServer.ts';
import { randomFrom } from '../cost/randomFrom.ts';

// A power loss takes the last commits of loki.db, never an entry of the audit log that was durable: an older copy of the
// ledger is put back after processes have spent, and were killed while they did.

const built = mkdtempSync(path.join(os.tmpdir(), 'loki-asking-'));
const program = path.join(built, 'askingProcess.mjs');
const files = ['loki.db', 'loki.db-wal', 'loki.db-shm'];

// Bundled once: some forty processes are started, and reading the engine file by file is most of what each takes.
beforeAll(async () => {
  await build({
    entryPoints: [path.join(import.meta.dirname, 'askingProcess.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

async function aPlace(chance: number) {
  const folder = aFolder();
  const lokiHome = path.join(folder, 'home');
  const workspaces = ['shop', 'other'].map((name) => path.join(folder, name));
  for (const workspace of workspaces) mkdirSync(path.join(workspace, '.loki'), { recursive: true });
  mkdirSync(lokiHome);
  const env = { LOKI_HOME: lokiHome, LOKI_MANAGED_CONFIG: path.join(folder, 'managed.yaml') };
  writeFileSync(env.LOKI_MANAGED_CONFIG, '');
  const server = await countingServer(randomFrom(chance));
  onTestFinished(async () => await server.close());
  const logs = workspaces.map((workspace) => path.join(workspace, '.loki/audit/audit.jsonl'));
  const [log = ''] = logs;
  const world = {
    env,
    lokiHome,
    assetsFolder: '',
    rosterFolder: '',
    clock: systemClock,
    person: 'os:dev',
    demoPaceMs: 0,
  } satisfies World;

  const spawnAsking = (requests: number, deadly: string, workspace = '') =>
    spawn(process.execPath, [program, lokiHome, workspace, server.url, 'task-1', String(requests), deadly], {
      env: { ...process.env, ...env, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  return {
    server,
    lokiHome,
    log,
    /** Lets a process send requests, and die in the last one where it is told to. */
    ask: async (requests: number, deadly = '', at = 0) =>
      await once(spawnAsking(requests, deadly, workspaces[at]), 'close'),
    /** Lets it stop in the midst of the last one; answers what lets it go on to its end. */
    askAndStop: async (requests: number) => {
      const child = spawnAsking(requests, 'stopped', workspaces[0]);
      await once(child.stdout, 'data');
      return async () => {
        child.kill('SIGCONT');
        await once(child, 'close');
      };
    },
    keepCopy: () => {
      const copy = aFolder();
      for (const name of files.filter((one) => existsSync(path.join(lokiHome, one))))
        cpSync(path.join(lokiHome, name), path.join(copy, name));
      return copy;
    },
    putBack: (copy: string | null) => {
      for (const name of files) {
        rmSync(path.join(lokiHome, name), { force: true });
        if (copy !== null && existsSync(path.join(copy, name)))
          cpSync(path.join(copy, name), path.join(lokiHome, name));
      }
    },
    /** What a run does when it starts; answers what it told. */
    start: async (at = 0) => {
      const told: string[] = [];
      const workspace = workspaces[at] ?? '';
      const config = await loadConfig({ workspace, env, lokiHome });
      const ledger = openLedger({ lokiHome, clock: systemClock });
      const audit = await openAudit(world, workspace, config);
      const rooms = { audit: audit.log, auditFolder: audit.folder, ledger, config };
      const tell = (event: { readonly type: string; readonly message?: string }) => void told.push(event.message ?? '');
      try {
        await reconcileLedger({ world, rooms, workspace, runId: 'run-2', taskId: 'task-1', tell });
        return told;
      } finally {
        await audit.log.close();
        ledger.close();
      }
    },
    /** The ledger against the count of the provider, request by request. */
    check: () => {
      const database = new DatabaseSync(path.join(lokiHome, 'loki.db'), { readOnly: true });
      const rows = new Map(
        database
          .prepare('SELECT reservation_id AS id, state, amount, measured FROM cost_requests')
          .all()
          .map((found) => row.parse(found))
          .map((found) => [found.id, found]),
      );
      const spentIn = (query: string): number =>
        z.object({ spent: z.int() }).parse(database.prepare(query).get()).spent;
      const spent = spentIn(`SELECT coalesce(sum(spent), 0) AS spent FROM cost_windows WHERE kind = 'month'`);
      expect(spentIn(`SELECT coalesce(sum(spent), 0) AS spent FROM cost_groups WHERE kind = 'day'`)).toBe(spent);
      expect(database.prepare('SELECT reservation_id FROM cost_holds').all()).toEqual([]);
      database.close();
      for (const [id, owed] of server.owed) expect(rows.get(id)?.amount ?? -1, id).toBeGreaterThanOrEqual(owed);
      for (const { id, measured, amount } of rows.values()) {
        if (measured === 1) expect(amount, id).toBe(server.owed.get(id));
      }
      for (const id of logs.flatMap(settledIn)) expect(rows.get(id)?.amount, id).toBe(server.owed.get(id));
      expect(spent).toBe([...rows.values()].reduce((sum, { amount }) => sum + (amount ?? 0), 0));
      return { spent, calls: rows.size };
    },
  };
}

const row = z.object({
  id: z.string(),
  state: z.string(),
  amount: z.int().nullable(),
  measured: z.int().nullable(),
});

const entry = z.object({ what: z.string(), metadata: z.record(z.string(), z.unknown()) });

function entriesIn(log: string) {
  return (existsSync(log) ? readFileSync(log, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => entry.parse(JSON.parse(line)));
}

/** The requests whose real cost the log knows. */
function settledIn(log: string): readonly string[] {
  return entriesIn(log).flatMap(({ metadata }) =>
    metadata['stage'] === 'outcome' && typeof metadata['gen_ai.usage.input_tokens'] === 'number'
      ? [String(metadata['reservation_id'])]
      : [],
  );
}

/** LOKI_COST_SEED says by which chance. */
const seed = Number(process.env['LOKI_COST_SEED'] ?? Date.now() % 1_000_000);

const moments = ['reserved', 'intended', 'sent', 'settled', 'ended', 'never'] as const;

describe('after a power loss the ledger counts again what the audit log says was sent', { timeout: 60_000 }, () => {
  it.each(moments.slice(1, 5))('where the process died once its request was %s', async (moment) => {
    const { ask, keepCopy, putBack, start, check } = await aPlace(7);
    await ask(1);
    const copy = keepCopy();
    await ask(2, moment);
    putBack(copy);
    const told = await start();
    expect(told).toEqual([expect.stringMatching(/^The ledger had lost (one|\d) model requests?.*\$0\.\d{4}/)]);
    const after = check();
    // Whatever was entered is known now.
    expect(await start()).toEqual([]);
    expect(check()).toEqual(after);
  });

  it('also where loki.db is gone altogether', async () => {
    const { ask, putBack, start, check, log } = await aPlace(8);
    await ask(4, 'sent');
    putBack(null);
    expect(await start()).toHaveLength(1);
    const { calls } = check();
    expect(entriesIn(log).at(-1)).toMatchObject({
      what: 'reservations_restored',
      metadata: { log_valid: true, endings: 0 },
    });
    await ask(1);
    expect(await start()).toEqual([]);
    expect(check().calls).toBeGreaterThan(calls);
  });

  it('also where only the end of a request is lost, and never in the place of a process that lives', async () => {
    const { ask, askAndStop, keepCopy, putBack, start, check, log } = await aPlace(9);
    await ask(1);
    const goOn = await askAndStop(2);
    expect(await start()).toEqual([]);
    const copy = keepCopy();
    await goOn();
    putBack(copy);
    expect(await start()).toEqual([expect.stringContaining('the end of one model request')]);
    check();
    expect(entriesIn(log).at(-1)).toMatchObject({ metadata: { calls: 0, endings: 1, log_valid: true } });
    expect(await start()).toEqual([]);
  });

  it('of all workspaces, where one of them has lost something or the machine has started anew', async () => {
    const { ask, keepCopy, putBack, start, check, lokiHome } = await aPlace(12);
    expect([await start(0), await start(1)]).toEqual([[], []]);
    const copy = keepCopy();
    await ask(2, '', 0);
    await ask(2, 'sent', 1);
    putBack(copy);
    const told = await start(0);
    expect(told).toEqual([
      expect.stringContaining('from the audit log'),
      expect.stringContaining('/other/.loki/audit'),
    ]);
    const after = check();
    putBack(copy);
    expect(await start(0)).toHaveLength(2);
    // One that has lost nothing asks the others only after a new boot.
    await ask(1, '', 1);
    const known = keepCopy();
    await ask(1, '', 1);
    putBack(known);
    expect(await start(0)).toEqual([]);
    const database = new DatabaseSync(path.join(lokiHome, 'loki.db'));
    database.exec(`UPDATE cost_log_marks SET boot = 'before'`);
    database.close();
    expect(await start(0)).toEqual([expect.stringContaining('/other/.loki/audit')]);
    expect(check().calls).toBeGreaterThan(after.calls);
    expect([await start(0), await start(1)]).toEqual([[], []]);
  });

  it('also from a log that began anew since the ledger looked at the one before', async () => {
    const { ask, keepCopy, putBack, start, server, lokiHome, log } = await aPlace(13);
    await ask(3);
    await start();
    const copy = keepCopy();
    rmSync(path.dirname(log), { recursive: true });
    await ask(2);
    putBack(copy);
    expect(await start()).toHaveLength(1);
    expect(spentIn(lokiHome)).toBeGreaterThanOrEqual(server.sums.get('all') ?? 0);
  });

  it('by several starts at once, each request once', async () => {
    const { ask, putBack, start, check } = await aPlace(10);
    await ask(5);
    putBack(null);
    const told = await Promise.all([start(), start(), start()]);
    expect(told.flat().length).toBeGreaterThan(0);
    check();
    expect(await start()).toEqual([]);
  });

  it('from a log that does not verify at all that was reserved: it makes no money disappear', async () => {
    const { ask, putBack, start, lokiHome, log } = await aPlace(11);
    await ask(3);
    const before = spentIn(lokiHome);
    // The end stays as it was, or nothing could be appended to it any more.
    writeFileSync(log, readFileSync(log, 'utf8').replace(/"cost_usd":[\d.]+/, '"cost_usd":0'));
    putBack(null);
    expect(await start()).toEqual([expect.stringContaining('the log does not verify')]);
    expect(spentIn(lokiHome)).toBeGreaterThan(before);
  });

  it(`whatever happens, by chance (seed ${seed})`, async () => {
    const { ask, keepCopy, putBack, start, check } = await aPlace(seed);
    const random = randomFrom(seed);
    let copy: string | null = null;
    for (let round = 0; round < 4; round += 1) {
      if (random(2) === 0) copy = keepCopy();
      await ask(1 + random(4), moments[random(moments.length)]);
      if (random(2) === 0) {
        putBack(copy);
        await start();
        check();
      }
    }
    putBack(copy);
    await start();
    check();
  });
});

function spentIn(lokiHome: string): number {
  const ledger = openLedger({ lokiHome, clock: systemClock });
  const { spent } = ledger.spentInWindow('month', false);
  ledger.close();
  return spent;
}
