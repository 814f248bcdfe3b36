import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { tryLock } from '../../../server/src/storage/lock.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { expectValid, logFile, makeLog, openLog, readLog, writeLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';
import { parse } from './theRecipe.ts';

describe('a line that its writer could not finish', () => {
  const torn = '{"seq":3,"timestamp":"2026-03';
  test.each([
    ['behind other lines', 3, torn],
    ['with bytes that are no text', 3, Buffer.from([0, 0, 0xff, 0x7b])],
    ['longer than what is written over it', 3, Buffer.alloc(3_000_000)],
    ['in place of the first line', 0, torn],
  ])('%s is kept aside and recorded by the next writer', async (_what, entries, left) => {
    const folder = temporaryFolder();
    if (entries > 0) await makeLog(folder, entries);
    appendFileSync(logFile(folder), left);
    const log = openLog(folder);
    expect(await log.append(aRecord(7))).toMatchObject({ seq: entries + 1, metadata: { n: 7 } });
    expect(await log.append(aRecord(8))).toMatchObject({ seq: entries + 2 });
    await log.close();
    expect(await expectValid(folder)).toMatchObject({ entries: entries + 3 });
    const name = 'audit.torn-2026-03-01T10-20-30.456Z';
    expect(readdirSync(folder).filter((file) => file.startsWith('audit.torn'))).toEqual([name]);
    expect(readFileSync(path.join(folder, name)).equals(Buffer.from(left))).toBe(true);
    expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    expect(parse(readLog(folder)[entries] ?? '')).toMatchObject({
      who: 'loki',
      what: 'audit_recovered',
      where: name,
      metadata: { torn_bytes: left.length, torn_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  test('is found by a writer that has the log open already', async () => {
    const folder = temporaryFolder();
    const log = openLog(folder);
    await log.append(aRecord(0));
    await makeLog(folder, 2);
    appendFileSync(logFile(folder), torn);
    expect(await log.append(aRecord(1))).toMatchObject({ seq: 4 });
    await log.close();
    await expectValid(folder);
  });

  test('does not overwrite what was kept aside before', async () => {
    const folder = temporaryFolder();
    for (const left of ['one', 'two']) {
      appendFileSync(logFile(folder), left);
      await makeLog(folder, 1);
    }
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('audit.torn'))
        .map((name) => readFileSync(path.join(folder, name), 'utf8')),
    ).toEqual(['one', 'two']);
    await expectValid(folder);
  });
});

describe('a log that is not what the writer left or may go on from', () => {
  test.each<[string, string, (folder: string) => void]>([
    ['was removed', 'was removed', (folder) => rmSync(logFile(folder))],
    ['was shortened', 'was shortened', (folder) => truncateSync(logFile(folder), 500)],
    ['was emptied', 'was shortened', (folder) => truncateSync(logFile(folder), 0)],
    [
      'was replaced',
      'was replaced',
      (folder) => {
        writeFileSync(`${logFile(folder)}2`, readFileSync(logFile(folder)));
        renameSync(`${logFile(folder)}2`, logFile(folder));
      },
    ],
    [
      'got a line that does not belong to it',
      'was added to it',
      (folder) => appendFileSync(logFile(folder), 'hello\n'),
    ],
    [
      'got a line a second time',
      'is numbered 2: entries were removed',
      (folder) => appendFileSync(logFile(folder), `${readLog(folder)[2]}\n`),
    ],
  ])('stops the writer when it %s', async (_what, why, change) => {
    const folder = temporaryFolder();
    const log = openLog(folder);
    await Promise.all([0, 1, 2].map(async (n) => await log.append(aRecord(n))));
    change(folder);
    const left = existsSync(logFile(folder)) ? readFileSync(logFile(folder), 'utf8') : null;
    const failure = { code: 'audit_unwritable', message: expect.stringContaining(why) };
    await expect(log.append(aRecord(3))).rejects.toMatchObject(failure);
    await expect(log.append(aRecord(4))).rejects.toMatchObject(failure);
    await log.close();
    expect(existsSync(logFile(folder)) ? readFileSync(logFile(folder), 'utf8') : null).toBe(left);
  });

  test.each<[string, string, (folder: string) => void]>([
    [
      'ends in a line that is no entry',
      'last complete line is not an entry',
      (folder) => appendFileSync(logFile(folder), 'hello\n'),
    ],
    [
      'ends in an entry that was changed',
      'was changed after it was written',
      (folder) => {
        writeLog(
          folder,
          readLog(folder).map((line) => line.replaceAll('implementer', 'mallory')),
        );
      },
    ],
    ['ends in an empty line', 'last complete line is not an entry', (folder) => appendFileSync(logFile(folder), '\n')],
    ['is an empty line', 'last complete line is not an entry', (folder) => writeFileSync(logFile(folder), '\n')],
    ['ends in something huge', 'not a line', (folder) => truncateSync(logFile(folder), 200_000_000)],
    [
      'is a folder',
      'not a plain file',
      (folder) => {
        rmSync(logFile(folder));
        mkdirSync(logFile(folder));
      },
    ],
  ])('is not continued when it %s', async (_what, why, change) => {
    const folder = temporaryFolder();
    await makeLog(folder, 3);
    change(folder);
    const log = openLog(folder);
    await expect(log.append(aRecord(3))).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining(why),
    });
    await log.close();
    expect(readdirSync(folder)).toEqual(['audit.jsonl', 'audit.lock', 'audit.reserve']);
  });

  test('is not followed when it is a link that a repository brought', async () => {
    const home = temporaryFolder();
    writeFileSync(path.join(home, 'precious'), 'no line feed');
    for (const name of ['audit.jsonl', 'audit.lock', 'audit.jsonl.new']) {
      const folder = temporaryFolder();
      symlinkSync(path.join(home, 'precious'), path.join(folder, name));
      const log = openLog(folder);
      const appended = await log.append(aRecord(0)).catch((error: unknown) => error);
      await log.close();
      if (name !== 'audit.jsonl.new') {
        expect(appended).toMatchObject({ code: 'audit_unwritable' });
        expect(lstatSync(path.join(folder, name)).isSymbolicLink()).toBe(true);
      }
    }
    const link = path.join(temporaryFolder(), 'audit');
    symlinkSync(home, link);
    await expect(openLog(link).append(aRecord(0))).rejects.toMatchObject({
      message: expect.stringContaining('is a link'),
    });
    expect(readdirSync(home)).toEqual(['precious']);
    expect(readFileSync(path.join(home, 'precious'), 'utf8')).toBe('no line feed');
  });

  test('is given up when another process never lets go of it', async () => {
    const folder = temporaryFolder();
    const lock = tryLock(path.join(folder, 'audit.lock'));
    const log = openLog(folder, { lockWaitMs: 30 });
    await expect(log.append(aRecord(0))).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining('locked'),
    });
    lock?.release();
    await expect(log.append(aRecord(1))).rejects.toMatchObject({ code: 'audit_unwritable' });
    await log.close();
  });
});
