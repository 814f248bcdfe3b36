import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openLogFile, type OpenLogFile } from '../../../server/src/audit/file/logFile.ts';
import { openHeads } from '../../../server/src/audit/heads/openHeads.ts';
import { openSigningKeys } from '../../../server/src/audit/keys/openSigningKeys.ts';
import type { AuditRecord } from '../../../server/src/audit/log.ts';
import { openAuditLog, type AuditLogOptions, type WholeAuditLog } from '../../../server/src/audit/write/writer.ts';
import { systemClock } from '../../../server/src/base/clock.ts';
import { redactSecrets } from '../../../server/src/scan/redact.ts';
import { median, row } from '../measure.ts';

const rounds = 5;
const roundMs = 1500;
const callers = [1, 16, 256];
/** About what an entry of the records below has. */
const entryBytes = 780;

/** How many entries a second become durable, beside what the disk does with the same bytes in groups as large. */
export async function benchAppend(): Promise<void> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-append-'));
  try {
    for (const many of callers) {
      const { bare, append } = await inTurn(home, many);
      const share = `${((append.rate / bare) * 100).toFixed(0)} % of ${perSecond(bare)} with bare grouped fdatasyncs`;
      row(
        `durable appends, ${many} ${many === 1 ? 'caller' : 'callers'}`,
        perSecond(append.rate),
        `${share}, ${cpu(append)}`,
      );
    }
    const floor = await best(async () => await Promise.resolve(bareEntries()));
    row('no log: one JSON.stringify and two SHA-256 an entry', perSecond(floor.rate), cpu(floor));
    const unsynced = await best(async () => await appends(home, 256, { openFile: withoutSync }));
    row('appends that are not synced, 256 callers', perSecond(unsynced.rate), cpu(unsynced));
    const redacted = await best(async () => await appends(home, 256, { redact: redactSecrets }));
    row('the same with the scan for secrets, 256 callers', perSecond(redacted.rate), cpu(redacted));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** How long a writer needs to its first durable entry in a log of a million, beside one bare sync. */
export async function benchOpenMillion(): Promise<void> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-open-'));
  try {
    const folder = path.join(home, '.loki', 'audit');
    // In bulk, and signed at the end: as the log was the last time that it was closed.
    const writing = openWriter(folder, home, { openFile: withoutSync });
    for (let n = 0; n < 1_000_000; n += 5000)
      await Promise.all(Array.from({ length: 5000 }, async (_, index) => await writing.append(recordOf(n + index))));
    await writing.close();
    const times: number[] = [];
    const syncs: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      const startedMs = performance.now();
      const log = openWriter(folder, home);
      await log.append(recordOf(round));
      times.push(performance.now() - startedMs);
      await log.close();
      syncs.push(1000 / (await bareSyncs(home, 1, 50)));
    }
    const values = `p50 ${median(times).toFixed(1)} ms, best ${Math.min(...times).toFixed(1)} ms`;
    row(
      'open a log of 1,000,000 entries and append',
      values,
      `bar 50 ms; a bare fdatasync ${median(syncs).toFixed(1)} ms`,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The best of several rounds of each, in turn, so that whatever else the machine does hits both alike. */
async function inTurn(home: string, many: number): Promise<{ readonly bare: number; readonly append: Rate }> {
  let bare = 0;
  let append = nothing;
  for (let round = 0; round < rounds; round += 1) {
    bare = Math.max(bare, await bareSyncs(home, many, roundMs));
    append = better(append, await appends(home, many));
  }
  return { bare, append };
}

async function best(measure: () => Promise<Rate>): Promise<Rate> {
  let most = nothing;
  for (let round = 0; round < rounds; round += 1) most = better(most, await measure());
  return most;
}

interface Rate {
  /** Entries a second. */
  readonly rate: number;
  /** Of the processor, an entry: nearly the same however busy the machine is. */
  readonly cpuUs: number;
}

const nothing: Rate = { rate: 0, cpuUs: Number.POSITIVE_INFINITY };

function better(a: Rate, b: Rate): Rate {
  return { rate: Math.max(a.rate, b.rate), cpuUs: Math.min(a.cpuUs, b.cpuUs) };
}

/** Entries a second that a disk takes in groups of so many, each synced before the next one is written. */
async function bareSyncs(home: string, many: number, forMs: number): Promise<number> {
  const name = path.join(home, 'bare');
  const file = await open(name, 'a', 0o600);
  try {
    const group = Buffer.alloc(many * entryBytes, 'x');
    let entries = 0;
    const startedMs = performance.now();
    while (performance.now() - startedMs < forMs) {
      await file.write(group);
      await file.datasync();
      entries += many;
    }
    return (entries * 1000) / (performance.now() - startedMs);
  } finally {
    await file.close();
    rmSync(name);
  }
}

/** What no writer of this chain and its tree does without, on one thread: the text of an entry, its hash and its leaf's. */
function bareEntries(): Rate {
  let entries = 0;
  const before = process.cpuUsage();
  const startedMs = performance.now();
  while (performance.now() - startedMs < roundMs) {
    const line = JSON.stringify({ seq: entries, timestamp: '2026-01-01T00:00:00.000Z', ...recordOf((entries += 1)) });
    hash('sha256', line);
    hash('sha256', line);
  }
  const rate = (entries * 1000) / (performance.now() - startedMs);
  const { user, system } = process.cpuUsage(before);
  return { rate, cpuUs: (user + system) / entries };
}

async function appends(home: string, many: number, options: Partial<AuditLogOptions> = {}): Promise<Rate> {
  const folder = mkdtempSync(path.join(home, 'log-'));
  const log = openWriter(folder, home, options);
  let entries = 0;
  const before = process.cpuUsage();
  const startedMs = performance.now();
  const call = async (): Promise<void> => {
    while (performance.now() - startedMs < roundMs) {
      await log.append(recordOf((entries += 1)));
    }
  };
  await Promise.all(Array.from({ length: many }, call));
  const rate = (entries * 1000) / (performance.now() - startedMs);
  const { user, system } = process.cpuUsage(before);
  await log.close();
  rmSync(folder, { recursive: true });
  return { rate, cpuUs: (user + system) / entries };
}

/** As runs open it, with checkpoints and heads; the scan for secrets is measured apart. */
function openWriter(folder: string, home: string, options: Partial<AuditLogOptions> = {}): WholeAuditLog {
  return openAuditLog(folder, {
    clock: systemClock,
    redact: (text) => text,
    keys: openSigningKeys({ lokiHome: home, vault: null, clock: systemClock }),
    openHeads: (place) => openHeads({ lokiHome: home, folder: place, clock: systemClock }),
    ...options,
  });
}

const withoutSync: OpenLogFile = async (name, purpose) => {
  const file = await openLogFile(name, purpose);
  return {
    read: file.read.bind(file),
    write: file.write.bind(file),
    truncate: async (size) => await file.truncate(size),
    datasync: async () => await Promise.resolve(),
    close: async () => await file.close(),
  };
};

/** An intent as the gateway records it. */
function recordOf(n: number): AuditRecord {
  return {
    who: 'implementer',
    what: 'file_write',
    where: `src/part${n % 50}/file${n}.ts`,
    why: 'Make the header blue on every page',
    metadata: {
      task_id: 'task-abcdefghij',
      run_id: 'run-abcdefghij',
      phase: 'act',
      agent: 'implementer',
      swarm: 'engineering',
      stage: 'intent',
      action_id: `act-${n.toString(36).padStart(10, '0')}`,
      decision: 'ALLOW',
      reason: 'The path is inside the scope',
      action_sha256: n.toString(16).padStart(64, '0'),
      policy_sha256: 'b'.repeat(64),
    },
  };
}

function cpu({ cpuUs }: Rate): string {
  return `${cpuUs.toFixed(1)} µs of the processor an entry`;
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}
