import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '#protocol/run';
import { nobody } from '../../../server/src/gateway/approver.ts';
import { copySample } from '../../../server/src/runs/copySample.ts';
import { discardWork } from '../../../server/src/runs/closeRun.ts';
import { pauseInterrupted } from '../../../server/src/runs/pauseInterrupted.ts';
import { resumeRun } from '../../../server/src/runs/resumeRun.ts';
import { firstState } from '../../../server/src/runs/runState.ts';
import { listRuns, readRun, runFolder, saveRun, takeLease, withRun } from '../../../server/src/runs/runStore.ts';
import { startRun } from '../../../server/src/runs/startRun.ts';
import type { World } from '../../../server/src/runs/world.ts';
import { testWorld } from '../../scenario/play.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function sample(): Promise<{ readonly world: World; readonly workspace: string }> {
  const world = testWorld(await mkdtemp(path.join(os.tmpdir(), 'loki-owner-')), { COST_MAX_PER_TASK: '0.000001' });
  const workspace = await copySample(world.assetsFolder);
  folders.push(world.lokiHome, workspace);
  return { world, workspace };
}

const events: RunEvent[] = [];
const audience = { approver: nobody, tell: (event: RunEvent): void => void events.push(event) };
const signal = new AbortController().signal;

/** A run that pauses before its first request, because its limit affords none. */
async function start(world: World, workspace: string, tell = audience.tell): Promise<void> {
  const request = { workspace, task: 'Wait', provider: 'demo', includeChanges: false, isTrusted: true };
  await startRun(world, request, { ...audience, tell }, signal);
}

async function onlyRun(workspace: string) {
  const [record, more] = await listRuns(workspace);
  if (record === undefined || more !== undefined) throw new Error('there is not exactly one run');
  return record;
}

describe('a run is owned by one process', () => {
  test('from before it is kept for the first time until after it was kept for the last', async () => {
    const { world, workspace } = await sample();
    const isFree: boolean[] = [];
    await start(world, workspace, () => {
      for (const runId of readdirSync(path.join(workspace, '.loki/runs'))) {
        const lease = takeLease(workspace, runId);
        isFree.push(lease !== null);
        lease?.release();
      }
    });
    expect(isFree.length).toBeGreaterThan(0);
    expect(isFree).not.toContain(true);
    const { runId } = await onlyRun(workspace);
    const lease = takeLease(workspace, runId);
    expect(lease).not.toBeNull();
    lease?.release();
  });

  test('while somebody owns it, it is neither resumed nor discarded nor taken for interrupted', async () => {
    const { world, workspace } = await sample();
    await start(world, workspace);
    const { runId, ...record } = await onlyRun(workspace);
    await saveRun(workspace, { ...record, runId, state: firstState });
    const lease = takeLease(workspace, runId);
    await expect(resumeRun(world, { workspace, runId, isTrusted: true }, audience, signal)).rejects.toMatchObject({
      code: 'run_busy',
    });
    await expect(discardWork(world, { workspace, runId, withForeignCommits: false })).rejects.toMatchObject({
      code: 'run_busy',
    });
    await pauseInterrupted(world, workspace, audience);
    expect((await readRun(workspace, runId)).state.kind).toBe('working');
    lease?.release();
    await pauseInterrupted(world, workspace, audience);
    expect((await readRun(workspace, runId)).state.kind).toBe('paused');
  });

  test('who gets it sees what the owner before did', async () => {
    const { world, workspace } = await sample();
    await start(world, workspace);
    const { runId } = await onlyRun(workspace);
    const seen = await withRun(workspace, runId, async (record) => {
      await saveRun(workspace, { ...record, isDiscarded: true });
      return record.isDiscarded;
    });
    expect(seen).toBe(false);
    await withRun(workspace, runId, async ({ isDiscarded }) => expect(isDiscarded).toBe(true));
  });

  test('asking for a run that is not there leaves no trace of it', async () => {
    const { workspace } = await sample();
    await expect(withRun(workspace, 'run-abcdefghij', async () => 'never')).rejects.toMatchObject({
      code: 'run_unknown',
    });
    expect(existsSync(runFolder(workspace, 'run-abcdefghij'))).toBe(false);
  });
});

test('a run whose log takes no entry says in its record that it failed, and why', async () => {
  const { world, workspace } = await sample();
  await mkdir(path.join(workspace, '.loki'), { recursive: true });
  await writeFile(path.join(workspace, '.loki/audit'), 'a file where the folder has to be');
  await expect(start(world, workspace)).rejects.toMatchObject({ code: 'audit_unwritable' });
  expect((await onlyRun(workspace)).state).toMatchObject({ kind: 'failed', code: 'audit_unwritable', phase: 'reason' });
});

test('a bug ends a run in its record too', async () => {
  const { world, workspace } = await sample();
  const brokenScreen = (event: RunEvent): void => {
    if (event.type === 'started') throw new TypeError('x is undefined');
  };
  await expect(start(world, workspace, brokenScreen)).rejects.toThrow(TypeError);
  expect((await onlyRun(workspace)).state).toMatchObject({ kind: 'failed', code: 'internal' });
});
