import { rmSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { createAnchoring } from '../../../../server/src/audit/anchor/createAnchoring.ts';
import type { NotesRepository } from '../../../../server/src/audit/anchor/anchorDeps.ts';
import { Failure } from '../../../../server/src/base/failure.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { makeSignedLog } from '../proof/aSignedLog.ts';
import { anchorDeps } from './anAnchoring.ts';

const gitNote = { remote: 'origin' };

/** A remote that acknowledges when it is told to, and a clock that is set by hand. */
async function aScene(entries = 9) {
  const folder = temporaryFolder();
  await makeSignedLog(folder, { entries, signedAt: [entries] });
  const pushes: PromiseWithResolvers<void>[] = [];
  const notes: NotesRepository = {
    push: async () => {
      const pushed = Promise.withResolvers<void>();
      pushes.push(pushed);
      await pushed.promise;
      return { commit: 'c0ffee', address: '/srv/x.git' };
    },
  };
  const time = { ms: 0 };
  const clock = { now: () => new Date(1_772_360_500_000 + time.ms), elapsedMs: () => time.ms };
  const deps = anchorDeps(folder, { gitNote, everyMinutes: 10 }, { notes, clock });
  /** Waits until so many pushes were begun and so many entries were written. */
  const reach = async (begun: number, written: number): Promise<void> => {
    await vi.waitFor(() => expect([pushes.length, deps.entries.length]).toEqual([begun, written]), 10_000);
  };
  return { deps, pushes, time, reach, anchoring: createAnchoring(deps) };
}

const minutes = (count: number): number => count * 60_000;

describe('anchors while a log is written', () => {
  test('are put after a checkpoint, not before so many minutes, and one after the other', async () => {
    const { anchoring, pushes, time, reach, deps } = await aScene();
    anchoring.afterCheckpoint();
    time.ms = minutes(10);
    anchoring.afterCheckpoint();
    await reach(1, 0);
    time.ms = minutes(25);
    anchoring.afterCheckpoint();
    pushes[0]?.resolve();
    await reach(1, 1);
    expect(deps.entries).toMatchObject([
      { what: 'audit_anchored', where: 'origin (/srv/x.git)', metadata: { size: 9 } },
    ]);
  });

  test('are not put again for nothing but the entries about them', async () => {
    const { anchoring, pushes, time, reach, deps } = await aScene();
    time.ms = minutes(10);
    anchoring.afterCheckpoint();
    await reach(1, 0);
    pushes[0]?.resolve();
    await reach(1, 1);
    await makeSignedLogOver(deps.folder, 10);
    time.ms = minutes(30);
    anchoring.afterCheckpoint();
    await anchoring.finish();
    await reach(1, 1);
  });

  test('are put at the end, after those that are under way', async () => {
    const { anchoring, pushes, time, reach, deps } = await aScene();
    time.ms = minutes(10);
    anchoring.afterCheckpoint();
    await reach(1, 0);
    await makeSignedLogOver(deps.folder, 20);
    const finished = anchoring.finish();
    await reach(1, 0);
    pushes[0]?.resolve();
    await reach(2, 1);
    pushes[1]?.reject(new Failure('git_failed', 'git push failed: no route'));
    await finished;
    expect(deps.entries).toMatchObject([
      { what: 'audit_anchored' },
      { what: 'audit_anchor_failed', where: 'origin', why: 'git push failed: no route', metadata: { size: 20 } },
    ]);
  });

  test('fail nothing, even where no entry about them can be written', async () => {
    const { deps, time } = await aScene();
    const anchoring = createAnchoring({
      ...deps,
      notes: null,
      append: async () => await Promise.reject(new Failure('audit_unwritable', 'the disk is full')),
    });
    time.ms = minutes(10);
    anchoring.afterCheckpoint();
    await anchoring.finish();
  });

  test('are none where none are configured', async () => {
    const { deps, pushes } = await aScene();
    const anchoring = createAnchoring({ ...deps, settings: { ...deps.settings, gitNote: null } });
    anchoring.afterCheckpoint();
    await anchoring.finish();
    expect([pushes, deps.entries]).toEqual([[], []]);
  });
});

/** Another log of so many entries in the same folder: it only matters how many its checkpoint covers. */
async function makeSignedLogOver(folder: string, entries: number): Promise<void> {
  rmSync(folder, { recursive: true });
  await makeSignedLog(folder, { entries, signedAt: [entries] });
}
