import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLogFile, type LogFile, type OpenLogFile } from '../../../server/src/audit/file/logFile.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { expectValid, logFile, makeLog, openLog, readLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';

type Step = 'part of a write' | 'write' | 'datasync' | 'truncate' | 'open';

const broken = () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));

/** Real files, of which these steps fail from the moment that `fail` is called. */
function disk(...steps: Step[]): { readonly openFile: OpenLogFile; readonly fail: () => void } {
  let isFailing = false;
  const fails = (step: Step) => isFailing && steps.includes(step);
  const openFile: OpenLogFile = async (name, purpose) => {
    if (fails('open')) return await broken();
    const file = await openLogFile(name, purpose);
    const write = async (bytes: Buffer, offset: number, length: number, position: number | null) => {
      if (fails('write')) return await broken();
      if (!fails('part of a write')) return await file.write(bytes, offset, length, position);
      return length > 20 ? await file.write(bytes, offset, 20, position) : await broken();
    };
    const breakable = (step: 'datasync' | 'truncate') => async (size?: number) =>
      fails(step) ? await broken() : await file[step](size);
    // Only the form of `write` that the log uses.
    const port: LogFile = {
      ...portOf(file),
      write: write as LogFile['write'],
      datasync: breakable('datasync'),
      truncate: breakable('truncate'),
    };
    return port;
  };
  return {
    openFile,
    fail: () => {
      isFailing = true;
    },
  };
}

function portOf(file: LogFile): LogFile {
  return {
    read: file.read.bind(file),
    write: file.write.bind(file),
    truncate: async (size) => await file.truncate(size),
    datasync: async () => await file.datasync(),
    close: async () => await file.close(),
  };
}

const smallDisk = ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs'];
const unwritable = { code: 'audit_unwritable', message: expect.stringContaining('nothing is done without a record') };

describe('a disk that fails', () => {
  test.each<[string, Step[], { valid: boolean }]>([
    ['in a write', ['write'], { valid: true }],
    ['after a part of a write', ['part of a write'], { valid: true }],
    ['in a sync', ['datasync'], { valid: true }],
    ['in the middle and cannot even be cut back', ['part of a write', 'truncate'], { valid: false }],
  ])('%s stops the log for good, and the next writer goes on', async (_what, steps, after) => {
    const folder = temporaryFolder();
    const { openFile, fail } = disk(...steps);
    const log = openLog(folder, { openFile });
    await Promise.all([0, 1].map(async (n) => await log.append(aRecord(n))));
    const good = readFileSync(logFile(folder));
    fail();
    const results = await Promise.allSettled(
      [2, 3, 4].map(async (n) => await log.append(aRecord(n, { why: 'x'.repeat(2000) }))),
    );
    expect(results).toMatchObject([2, 3, 4].map(() => ({ status: 'rejected', reason: unwritable })));
    await expect(log.append(aRecord(5))).rejects.toMatchObject(unwritable);
    await log.close();
    expect(readFileSync(logFile(folder)).equals(good)).toBe(after.valid);
    await makeLog(folder, 2);
    // Of the group that failed, its one line could not be taken back: it is kept aside, and that is an entry.
    expect(await expectValid(folder)).toMatchObject({ entries: after.valid ? 4 : 5 });
  });

  test.each<[string, Step]>([
    ['opening', 'open'],
    ['writing', 'write'],
    ['syncing', 'datasync'],
  ])('while %s the first entry leaves no log behind', async (_what, step) => {
    const folder = temporaryFolder();
    const { openFile, fail } = disk(step);
    fail();
    const log = openLog(folder, { openFile });
    await expect(log.append(aRecord(0))).rejects.toMatchObject(unwritable);
    await log.close();
    expect(readdirSync(folder)).toEqual(['audit.lock', 'audit.reserve']);
  });

  test.each<Step>(['open', 'write', 'part of a write', 'truncate', 'datasync'])(
    'in its %s, while an unfinished line is kept aside, loses neither that line nor the log',
    async (step) => {
      const folder = temporaryFolder();
      await makeLog(folder, 2);
      const torn = `{"seq":2,${'x'.repeat(3000)}`;
      writeFileSync(logFile(folder), torn, { flag: 'a' });
      const { openFile, fail } = disk(step);
      const failingOnMend: OpenLogFile = async (name, purpose) => {
        if (purpose === 'mend') fail();
        return await openFile(name, purpose);
      };
      const log = openLog(folder, { openFile: failingOnMend });
      await expect(log.append(aRecord(2))).rejects.toMatchObject(unwritable);
      await log.close();
      await makeLog(folder, 1);
      await expectValid(folder);
      const kept = readdirSync(folder).filter((name) => name.startsWith('audit.torn'));
      expect(kept.map((name) => readFileSync(path.join(folder, name), 'utf8'))).toContain(torn);
      expect(readFileSync(logFile(folder), 'utf8')).toContain('audit_recovered');
    },
  );

  test.skipIf(!canMount())(
    'that is really full refuses entries and keeps what it has (needs the right to mount a tmpfs)',
    async () => {
      const folder = temporaryFolder();
      execFileSync('mount', [...smallDisk, folder]);
      onTestFinished(() => void execFileSync('umount', [folder]));
      const log = openLog(folder);
      let written = 0;
      const failure: unknown = await (async () => {
        for (; ; written += 1) await log.append(aRecord(written, { why: 'x'.repeat(3000) }));
      })().catch((error: unknown) => error);
      await log.close();
      expect(failure).toMatchObject({ code: 'audit_unwritable', message: expect.stringContaining('free some space') });
      expect(written).toBeGreaterThan(3);
      expect(await expectValid(folder)).toMatchObject({ entries: written + 1 });
      expect(readLog(folder).at(-1)).toContain('"what":"audit_disk_full"');
    },
  );
});

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
