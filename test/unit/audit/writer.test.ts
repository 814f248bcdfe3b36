import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { expectValid, logFile, makeLog, openLog, readLog, writeLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';
import { chainByHand, parse } from './theRecipe.ts';

describe('an audit log', () => {
  test('hands back each entry as it stands in the file, in the order of the calls', async () => {
    const folder = path.join(temporaryFolder(), '.loki', 'audit');
    const log = openLog(folder);
    const entries = await Promise.all(Array.from({ length: 100 }, async (_, n) => await log.append(aRecord(n))));
    await log.close();
    expect(readLog(folder)).toEqual(entries.map((entry) => JSON.stringify(entry)));
    expect(entries.map((entry) => entry.metadata?.['n'])).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(entries[0]).toMatchObject({ seq: 0, timestamp: '2026-03-01T10:20:30.456Z', previousHash: 'GENESIS' });
    await expectValid(folder);
  });

  test('is private and holds only the log, its lock and its reserve', async () => {
    const folder = path.join(temporaryFolder(), '.loki', 'audit');
    await makeLog(folder, 2);
    expect(readdirSync(folder)).toEqual(['audit.jsonl', 'audit.lock', 'audit.reserve']);
    expect([folder, path.dirname(folder)].map((name) => statSync(name).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ]);
  });

  test('has a name of its own in its first entry only', async () => {
    const names = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const folder = path.join(temporaryFolder(), name);
        await makeLog(folder, 3);
        return readLog(folder).map((line) => parse(JSON.stringify(parse(line)['metadata']))['log_id']);
      }),
    );
    expect(names).toEqual([
      [expect.stringMatching(/^[0-9a-f]{32}$/), undefined, undefined],
      [expect.stringMatching(/^[0-9a-f]{32}$/), undefined, undefined],
    ]);
    expect(names[0]?.[0]).not.toBe(names[1]?.[0]);
  });

  test('makes nothing on the disk before its first entry', async () => {
    const folder = path.join(temporaryFolder(), 'audit');
    await openLog(folder).close();
    expect(existsSync(folder)).toBe(false);
  });

  test('is redacted before it is hashed', async () => {
    const folder = temporaryFolder();
    const log = openLog(folder, { redact: (text) => text.replaceAll('hunter2', '«redacted»') });
    const entry = await log.append(aRecord(1, { why: 'use hunter2', metadata: { hunter2: ['hunter2'] } }));
    await log.close();
    expect(readFileSync(logFile(folder), 'utf8')).not.toContain('hunter2');
    expect(entry).toMatchObject({ why: 'use «redacted»', metadata: { '«redacted»': ['«redacted»'] } });
    await expectValid(folder);
  });

  test('is continued by the next writer, whoever wrote it before', async () => {
    const folder = temporaryFolder();
    const timestamp = '2026-01-02T03:04:05.678Z';
    writeLog(
      folder,
      chainByHand([
        { timestamp, who: 'agent-1' },
        { timestamp, who: 'x'.repeat(900_000) },
      ]),
    );
    await makeLog(folder, 2);
    await makeLog(folder, 2);
    expect(await expectValid(folder)).toMatchObject({ entries: 6 });
  });

  test('takes entries of several writers in one process in one order', async () => {
    const folder = temporaryFolder();
    const logs = [openLog(folder), openLog(folder), openLog(folder)];
    const entries = await Promise.all(
      logs.flatMap((log, writer) =>
        Array.from({ length: 30 }, async (_, n) => await log.append(aRecord(n, { who: `w${writer}` }))),
      ),
    );
    await Promise.all(logs.map(async (log) => await log.close()));
    expect(await expectValid(folder)).toMatchObject({ entries: 90 });
    expect(entries.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, n) => n));
    for (const writer of [0, 1, 2]) {
      const own = readLog(folder)
        .map(parse)
        .filter(({ who }) => who === `w${writer}`);
      expect(own.map(({ metadata }) => parse(JSON.stringify(metadata))['n']).slice(0, 30)).toEqual(
        Array.from({ length: 30 }, (_, n) => n),
      );
    }
  });

  test('lets writers take turns, entry by entry', async () => {
    const folder = temporaryFolder();
    const logs = [openLog(folder), openLog(folder)];
    for (let n = 0; n < 20; n += 1) expect((await logs[n % 2]?.append(aRecord(n)))?.seq).toBe(n);
    await Promise.all(logs.map(async (log) => await log.close()));
    await expectValid(folder);
  });

  test('takes groups larger than one write may be', async () => {
    const folder = temporaryFolder();
    const log = openLog(folder);
    await Promise.all(
      Array.from({ length: 12 }, async (_, n) => await log.append(aRecord(n, { why: 'x'.repeat(1_000_000) }))),
    );
    await log.close();
    expect(await expectValid(folder)).toMatchObject({ entries: 12 });
  });

  test.each([
    ['too large', { why: 'x'.repeat(1024 * 1024 - 100) }, 'larger than an entry may be'],
    ['too large once its bytes are counted', { why: '✓'.repeat(360_000) }, 'larger than an entry may be'],
    [
      'no JSON',
      {
        metadata: {
          get a(): never {
            throw new Error('no\nstack');
          },
        },
      },
      'cannot be written as JSON (no)',
    ],
  ])('refuses a record that is %s, alone and as a whole', async (_what, change, why) => {
    const folder = temporaryFolder();
    const log = openLog(folder);
    const results = await Promise.allSettled([
      log.append(aRecord(0)),
      log.append(aRecord(1, change)),
      log.append(aRecord(2)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'audit_unwritable', message: expect.stringContaining(why) } });
    await log.close();
    expect(await expectValid(folder)).toMatchObject({ entries: 2 });
  });

  test('refuses a record that could not be redacted', async () => {
    const folder = temporaryFolder();
    const log = openLog(folder, { redact: async () => await Promise.reject(new Error('broken')) });
    await expect(log.append(aRecord(0))).rejects.toMatchObject({ code: 'audit_unwritable' });
    await log.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('takes no more once it is closed, but finishes what it was given', async () => {
    const folder = temporaryFolder();
    const log = openLog(folder);
    const given = log.append(aRecord(0));
    const closing = log.close();
    await expect(given).resolves.toMatchObject({ seq: 0 });
    await closing;
    await log.close();
    await expect(log.append(aRecord(1))).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining('closed'),
    });
  });
});
