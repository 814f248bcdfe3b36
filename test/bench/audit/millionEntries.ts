import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import { firstLink, linkAfter, seal } from '../../../server/src/audit/chain/chain.ts';

export const entriesPerTask = 50;

/** A task from the middle of the log. */
export const someTask = taskOf(500_000);

/** Writes a log of a million entries by sealing in bulk, in segments as rotation makes them; nothing of it is synced. */
export function writeMillionEntries(folder: string, count = 1_000_000, segmentBytes = 10 * 1024 * 1024): void {
  const current = path.join(folder, 'audit.jsonl');
  let link = firstLink;
  let file = openSync(current, 'a');
  let firstSeq = 0;
  let written = 0;
  let lines = '';
  const flush = (): void => {
    written += writeSync(file, lines);
    lines = '';
  };
  for (let n = 0; n < count; n += 1) {
    if (written + lines.length >= segmentBytes) {
      flush();
      closeSync(file);
      renameSync(current, path.join(folder, `audit-${firstSeq}.jsonl`));
      file = openSync(current, 'a');
      firstSeq = n;
      written = 0;
    }
    const { entry, line } = seal(contentOf(n), link);
    lines += `${line}\n`;
    link = linkAfter(entry);
    if (lines.length > 1024 * 1024) flush();
  }
  flush();
  closeSync(file);
}

function taskOf(n: number): string {
  return `task-${Math.floor(n / entriesPerTask)
    .toString(16)
    .padStart(8, '0')}`;
}

function contentOf(n: number): Parameters<typeof seal>[0] {
  const kinds = ['file_read', 'file_write', 'command', 'model_call', 'gate'];
  return {
    timestamp: new Date(1_767_225_600_000 + n * 700).toISOString(),
    who: n % 7 === 0 ? 'loki' : 'implementer',
    what: kinds[n % kinds.length] ?? 'gate',
    where: `src/module${n % 97}/file${n % 1009}.ts`,
    why: `Step ${n % 23} of the plan: make the parser accept what the tests ask for`,
    metadata: {
      task_id: taskOf(n),
      run_id: `run-${Math.floor(n / 50)
        .toString(16)
        .padStart(12, '0')}`,
      phase: ['reason', 'act', 'reflect', 'verify'][n % 4],
      agent: 'implementer',
      swarm: 'engineering',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      stage: n % 2 === 0 ? 'intent' : 'outcome',
      decision: n % 41 === 0 ? 'DENY' : 'ALLOW',
      duration_ms: n % 977,
      cost_usd: (n % 313) / 10_000,
    },
  };
}
