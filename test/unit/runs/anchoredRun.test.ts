import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nobody } from '../../../server/src/gateway/approver.ts';
import { copySample } from '../../../server/src/runs/copySample.ts';
import { startRun } from '../../../server/src/runs/startRun.ts';
import { readAuditNotes } from '../../../server/src/workspace/readAuditNotes.ts';
import { testWorld } from '../../scenario/play.ts';
import { readLog } from '../audit/aLog.ts';
import { parse } from '../audit/theRecipe.ts';

test('a run anchors what it recorded when it ends, and the result says that the log is intact', async () => {
  const world = testWorld(await mkdtemp(path.join(os.tmpdir(), 'loki-anchor-')), { COST_MAX_PER_TASK: '0.000001' });
  const workspace = await copySample(world.assetsFolder);
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
  try {
    const bare = path.join(world.lokiHome, 'remote.git');
    git('init', '--quiet', '--bare', bare);
    git('remote', 'add', 'backup', bare);
    await writeFile(path.join(world.lokiHome, 'config.yaml'), 'audit: { anchors: { git_note: { remote: backup } } }\n');
    const request = { workspace, task: 'Wait', provider: 'demo', includeChanges: false, isTrusted: false };
    const result = await startRun(
      world,
      request,
      { approver: nobody, tell: () => undefined },
      new AbortController().signal,
    );
    expect(result.audit.valid).toBe(true);
    const entries = readLog(path.join(workspace, '.loki', 'audit')).map((line) => parse(line));
    const kinds = entries.map((entry) => entry['what']);
    expect(kinds.slice(-2)).toEqual(['run_end', 'audit_anchored']);
    const [note = ''] = await readAuditNotes(workspace);
    // What was anchored is everything up to the entry that closed the run.
    expect(parse(note)['tree']).toContain(`/audit\n${entries.length - 1}\n`);
  } finally {
    await rm(workspace, { recursive: true, force: true });
    await rm(world.lokiHome, { recursive: true, force: true });
  }
});
