import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openEvidence } from '../../server/src/audit/evidence.ts';
import { openAuditLog } from '../../server/src/audit/write/writer.ts';
import { systemClock } from '../../server/src/base/clock.ts';
import { newRunId, newTaskId } from '../../server/src/base/id.ts';
import { loadConfig } from '../../server/src/config/loadConfig.ts';
import { nobody } from '../../server/src/gateway/approver.ts';
import { contentScan } from '../../server/src/gateway/contentScan.ts';
import { createGateway } from '../../server/src/gateway/gateway.ts';
import { createJudge } from '../../server/src/gateway/judge.ts';
import { createRecorder } from '../../server/src/gateway/recorder.ts';
import type { Situation } from '../../server/src/gateway/situation.ts';
import { percentile, row } from './measure.ts';

const rounds = 300;

/** Loki's own share of an action (decide, permit, intent, outcome) whose effect is nothing, beside two bare syncs. */
export async function benchAction(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-bench-action-'));
  try {
    const syncs = bareSyncs(folder);
    const actions = await actionsIn(folder);
    const describe = (values: readonly number[]): string =>
      `p50 ${percentile(values, 0.5).toFixed(2)} ms, p95 ${percentile(values, 0.95).toFixed(2)} ms`;
    row('two bare fdatasyncs of the same bytes', '', describe(syncs));
    row('an action: decided, recorded twice', '', describe(actions));
    const ratio = percentile(actions, 0.5) / percentile(syncs, 0.5);
    row('ratio at p50', `${ratio.toFixed(1)} ×`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the disk asks for two durable lines of an entry's length. */
function bareSyncs(folder: string): readonly number[] {
  const line = `${'x'.repeat(1100)}\n`;
  const file = openSync(path.join(folder, 'bare'), 'a');
  const times = Array.from({ length: rounds }, () => {
    const startedMs = performance.now();
    for (let entry = 0; entry < 2; entry += 1) {
      writeSync(file, line);
      fdatasyncSync(file);
    }
    return performance.now() - startedMs;
  });
  closeSync(file);
  return times;
}

async function actionsIn(folder: string): Promise<readonly number[]> {
  const workspace = path.join(folder, 'workspace');
  mkdirSync(path.join(workspace, 'src'), { recursive: true });
  writeFileSync(path.join(workspace, 'src/a.ts'), 'export const a = 1;\n');
  const config = await loadConfig({ workspace, env: {}, lokiHome: path.join(folder, 'home') });
  const audit = openAuditLog(path.join(folder, 'audit'), { clock: systemClock, redact: contentScan.redact });
  const evidence = openEvidence(path.join(folder, 'evidence'));
  const gateway = createGateway({
    judge: createJudge({ root: workspace, policy: config.policy, scan: contentScan, addedText: async () => '' }),
    approver: nobody,
    recorder: createRecorder(audit, evidence, contentScan.redact),
    evidence,
    scan: contentScan,
    perform: async () => ({ kind: 'done', text: 'export const a = 1;' }),
    clock: systemClock,
    tell: () => undefined,
  });
  const situation: Situation = {
    runId: newRunId(),
    taskId: newTaskId(),
    actor: { kind: 'agent', name: 'implementer', swarm: 'engineering' },
    phase: 'act',
    cycle: 1,
    why: 'Measure',
  };
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    await gateway.act(situation, { kind: 'file_read', path: 'src/a.ts' }, new AbortController().signal);
    times.push(performance.now() - startedMs);
  }
  await audit.close();
  return times;
}
