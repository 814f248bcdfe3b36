import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLogFile, type OpenLogFile } from '../../../../server/src/audit/file/logFile.ts';
import { aRecord } from '../aRecord.ts';
import { aPlace, checkpointWords, entriesOf } from './aPlace.ts';

/** Real files; from `fail` on, the checkpoints cannot be synced. */
function disk() {
  const state = { isFailing: false };
  const openFile: OpenLogFile = async (name, purpose) => {
    const file = await openLogFile(name, purpose);
    return {
      read: file.read.bind(file),
      write: file.write.bind(file),
      truncate: async (size) => await file.truncate(size),
      datasync: async () => {
        if (state.isFailing && name.endsWith('audit.checkpoints'))
          throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
        await file.datasync();
      },
      close: async () => await file.close(),
    };
  };
  return {
    openFile,
    fail: () => {
      state.isFailing = true;
    },
  };
}

describe('a checkpoint that cannot be written', () => {
  test('stops the log, leaves nothing of itself, and takes back no acknowledgement', async () => {
    const place = aPlace();
    await place.write(2);
    const { openFile, fail } = disk();
    const log = place.open({ openFile });
    fail();
    const entry = await log.append(aRecord(0, { metadata: { decision: 'DENY' } }));
    await expect
      .poll(
        async () =>
          await log.append(aRecord(1)).then(
            () => 'taken',
            (error: unknown) => error,
          ),
        { timeout: 20_000 },
      )
      .toMatchObject({ code: 'audit_unwritable' });
    await log.close();
    expect(checkpointWords(place.folder)).toEqual(['key 1 from 0', '2']);
    expect(entriesOf(place)[entry.seq]).toEqual(entry);
    expect(await place.verify()).toMatchObject({ valid: true });
    await place.write(1);
    expect(await place.verify()).toMatchObject({ valid: true, completeness: 'complete', warnings: [] });
  });

  test('at a clean stop is told to whoever stops', async () => {
    const place = aPlace();
    const { openFile, fail } = disk();
    const log = place.open({ openFile });
    await log.append(aRecord(0));
    fail();
    await expect(log.close()).rejects.toMatchObject({ code: 'EIO' });
  });
});

const smallDisk = ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs'];

test.skipIf(!canMount())(
  'a disk that is really full still takes the last entry and its checkpoint, and is used again once there is room (needs the right to mount a tmpfs)',
  async () => {
    const place = aPlace();
    mkdirSync(place.folder, { recursive: true });
    execFileSync('mount', [...smallDisk, place.folder]);
    onTestFinished(() => void execFileSync('umount', [place.folder]));
    const log = place.open();
    let written = 0;
    const failure: unknown = await (async () => {
      for (; ; written += 1) await log.append(aRecord(written, { why: 'x'.repeat(3000) }));
    })().catch((error: unknown) => error);
    await log.close();
    expect(failure).toMatchObject({ code: 'audit_unwritable', message: expect.stringContaining('free some space') });
    const entries = entriesOf(place);
    expect(entries).toHaveLength(written + 1);
    expect(entries.at(-1)).toMatchObject({ who: 'loki', what: 'audit_disk_full', metadata: { refused: 1 } });
    expect(checkpointWords(place.folder).at(-1)).toBe(String(written + 1));
    expect(await place.verify()).toMatchObject({ valid: true, completeness: 'complete' });

    execFileSync('mount', ['-o', 'remount,size=512k', place.folder]);
    await place.write(3);
    expect(place.files()).toContain('audit.reserve');
    expect(await place.verify()).toMatchObject({ valid: true, completeness: 'complete', entries: written + 4 });
  },
);

function canMount(): boolean {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'loki-mount-'));
  try {
    execFileSync('mount', [...smallDisk, folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
