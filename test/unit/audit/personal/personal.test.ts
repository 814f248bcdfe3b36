import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '#protocol/audit';
import type { AuditRecord } from '../../../../server/src/audit/log.ts';
import { erasedCommitments } from '../../../../server/src/audit/personal/erasedCommitments.ts';
import { indexMissing } from '../../../../server/src/audit/query/buildIndex.ts';
import type { EntryFilter } from '../../../../server/src/audit/query/entryFilter.ts';
import { readEntries } from '../../../../server/src/audit/query/query.ts';
import { createAuditWindows } from '../../../../server/src/lsp/auditWindow.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { expectValid, openLog, readLog } from '../aLog.ts';
import { aRecord } from '../aRecord.ts';
import { runAudit } from '../runAudit.ts';
import { parse } from '../theRecipe.ts';

const asAnn = {
  who: 'os:ann',
  what: 'run_start',
  where: null,
  why: 'Call Ann Lee back',
  metadata: { task_id: 'task-a' },
};
const answer = {
  who: 'implementer',
  what: 'approval',
  where: 'npm test',
  why: 'run the tests',
  metadata: { task_id: 'task-a', result: 'approved', by: 'os:ann', reason: 'I looked at it' },
};
const byLoki = {
  who: 'loki',
  what: 'gate',
  where: 'npm test',
  why: null,
  metadata: { task_id: 'task-a', reason: 'green' },
};
const asBob = { ...asAnn, who: 'os:bob', why: 'Paint the shed', metadata: { task_id: 'task-b' } };
const records: readonly AuditRecord[] = [asAnn, answer, byLoki, asBob];

async function workspaceWith(
  some: readonly AuditRecord[],
  commitPersonal = true,
): Promise<{ workspace: string; folder: string }> {
  const workspace = temporaryFolder();
  const folder = path.join(workspace, 'audit');
  const log = openLog(folder, { commitPersonal });
  for (const record of some) await log.append(record);
  await log.close();
  return { workspace, folder };
}

async function all(folder: string, filter: EntryFilter = {}): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of readEntries(folder, filter)) entries.push(entry);
  return entries;
}

const files = (folder: string): readonly string[] => readdirSync(path.join(folder, 'personal'));

describe('personal values', () => {
  test('stand in the log as commitments, and beside it with their salt, for the owner alone', async () => {
    const { folder } = await workspaceWith(records);
    const log = readLog(folder).join('\n');
    for (const value of ['os:ann', 'os:bob', 'Ann Lee', 'shed', 'I looked', 'run the tests'])
      expect(log).not.toContain(value);
    for (const value of ['implementer', 'loki', 'npm test', 'green', 'task-a']) expect(log).toContain(value);
    const [first = {}, second = {}] = readLog(folder).map(parse);
    expect(first['who']).toMatch(/^commitment:[0-9a-f]{64}$/);
    // The same person is the same commitment while one writer lives, so that erasing is one deed.
    expect(Object(second['metadata']).by).toBe(first['who']);
    for (const name of files(folder)) {
      const file = path.join(folder, 'personal', name);
      const { salt, value } = JSON.parse(readFileSync(file, 'utf8')) as { salt: string; value: string };
      const digest = createHash('sha256').update(Buffer.from(salt, 'hex')).update(value, 'utf8').digest('hex');
      expect([`${digest}.json`, salt.length, statSync(file).mode & 0o777]).toEqual([name, 64, 0o600]);
    }
    expect(statSync(path.join(folder, 'personal')).mode & 0o777).toBe(0o700);
    await expectValid(folder);
  });

  test('are put in again for who reads, and found by what they are', async () => {
    const { folder } = await workspaceWith(records);
    const entries = await all(folder);
    expect(entries.map(({ who, what, where, why }) => ({ who, what, where, why }))).toEqual(
      records.map(({ who, what, where, why }) => ({ who, what, where, why })),
    );
    expect(entries[1]?.metadata).toEqual(answer.metadata);
    expect((await all(folder, { agent: 'os:ann' })).map(({ seq }) => seq)).toEqual([0]);
    expect((await all(folder, { text: 'ann lee' })).map(({ seq }) => seq)).toEqual([0]);
    const windows = createAuditWindows();
    const asked = { run: null, agent: 'os:bob', decision: null, text: null };
    expect((await windows.read(folder, asked, 0, 9)).entries.map(({ who, why }) => [who, why])).toEqual([
      ['os:bob', 'Paint the shed'],
    ]);
    expect((await windows.read(folder, { ...asked, agent: null, text: 'SHED' }, 0, 9)).total).toBe(1);
  });

  test('of two writers have two commitments, which nothing connects', async () => {
    const { folder } = await workspaceWith([asAnn]);
    const log = openLog(folder, { commitPersonal: true });
    await log.append(asAnn);
    await log.close();
    const [one, other] = readLog(folder).map((line) => parse(line)['who']);
    expect(one).not.toBe(other);
    expect((await all(folder, { agent: 'os:ann' })).map(({ seq }) => seq)).toEqual([0, 1]);
  });

  test('are not kept apart unless it is asked for', async () => {
    const { folder } = await workspaceWith(records, false);
    expect(readLog(folder)[0]).toContain('os:ann');
    expect(existsSync(path.join(folder, 'personal'))).toBe(false);
  });

  test('are redacted before anything is committed to', async () => {
    const folder = path.join(temporaryFolder(), 'audit');
    const log = openLog(folder, { commitPersonal: true, redact: (text) => text.replaceAll('hunter2', '[gone]') });
    await log.append({ ...asAnn, why: 'the password is hunter2' });
    await log.close();
    const kept = files(folder).map((name) => readFileSync(path.join(folder, 'personal', name), 'utf8'));
    expect(kept.join('')).not.toContain('hunter2');
    expect((await all(folder))[0]?.why).toBe('the password is [gone]');
  });

  test('that cannot be kept refuse the entry, and what is not personal goes on', async () => {
    const folder = path.join(temporaryFolder(), 'audit');
    const log = openLog(folder, { commitPersonal: true });
    await log.append(byLoki);
    writeFileSync(path.join(folder, 'personal'), 'a file where the folder belongs');
    await expect(log.append(asAnn)).rejects.toMatchObject({
      code: 'audit_unwritable',
      message: expect.stringContaining('personal'),
    });
    await log.append(byLoki);
    await log.close();
    expect(readLog(folder)).toHaveLength(2);
  });

  test('keep the order of the calls', async () => {
    const folder = path.join(temporaryFolder(), 'audit');
    const log = openLog(folder, { commitPersonal: true });
    await Promise.all(
      Array.from(
        { length: 50 },
        async (_, n) => await log.append(n % 2 === 0 ? aRecord(n) : { ...byLoki, metadata: { n } }),
      ),
    );
    await log.close();
    expect((await all(folder)).map(({ metadata }) => metadata?.['n'])).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('come back as they were, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { maxLength: 5 }), async (texts) => {
        const { folder } = await workspaceWith(texts.map((text) => ({ ...asAnn, who: `os:${text}`, why: text })));
        expect((await all(folder)).map(({ who, why }) => [who, why])).toEqual(
          texts.map((text) => [`os:${text}`, text].map((one) => one.toWellFormed())),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('loki audit erase', () => {
  const erase = async (workspace: string, ...args: string[]) =>
    await runAudit(workspace, ['erase', '--reason', 'asked for on 3 May', '--yes', ...args]);

  test('erases what a person is called and said, records it, and leaves the log valid', async () => {
    const { workspace, folder } = await workspaceWith(records);
    const before = readLog(folder);
    const { code, printed, told } = await erase(workspace, '--who', 'ann');
    expect([code, printed]).toEqual([0, '3 values erased; recorded as entry 4\n']);
    expect(told).toContain('os:ann  (in 2 places)');
    expect(told).toContain('Call Ann Lee back');
    expect(told).toContain('I looked at it');
    expect(told).not.toContain('shed');
    expect(readLog(folder).slice(0, 4)).toEqual(before);
    expect(await expectValid(folder)).toMatchObject({ valid: true, entries: 5 });
    const entries = await all(folder);
    expect(entries.map(({ who, why }) => [who, why])).toEqual([
      ['(erased)', '(erased)'],
      ['implementer', 'run the tests'],
      ['loki', null],
      ['os:bob', 'Paint the shed'],
      ['os:officer', 'personal values were erased on request; the entries that they stood in are unchanged'],
    ]);
    expect(entries[1]?.metadata).toMatchObject({ by: '(erased)', reason: '(erased)' });
    const erased = [
      parse(before[0] ?? '')['who'],
      parse(before[0] ?? '')['why'],
      Object(parse(before[1] ?? '')['metadata']).reason,
    ];
    expect(entries[4]).toMatchObject({
      what: 'audit_erased',
      metadata: { reason: 'asked for on 3 May', erased: 3, commitments: erased, authenticated: false },
    });
    expect(await erasedCommitments(folder)).toEqual({ erased, stillThere: [], altered: [], missing: 0 });
    expect((await runAudit(workspace, ['verify'])).printed).toContain(
      '3 personal values are erased on purpose, as the log records',
    );
    expect(JSON.stringify(readdirSync(folder, { recursive: true }))).not.toContain(String(erased[0]).slice(11));
  });

  test('erases what holds a text', async () => {
    const { workspace, folder } = await workspaceWith(records);
    expect((await erase(workspace, '--text', 'SHED', '--json')).printed).toBe(
      '{"erased":1,"entries":[4],"outOfReach":0}\n',
    );
    expect((await all(folder))[3]).toMatchObject({ who: 'os:bob', why: '(erased)' });
  });

  test('shows and asks first: without a yes nothing is erased', async () => {
    const { workspace, folder } = await workspaceWith(records);
    await expect(runAudit(workspace, ['erase', '--who', 'os:ann', '--reason', 'x'])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--yes'),
    });
    expect([readLog(folder).length, files(folder).length]).toEqual([4, 6]);
  });

  test('says when there is nothing, and what it cannot reach', async () => {
    const { workspace, folder } = await workspaceWith(records, false);
    const { code, printed, told } = await erase(workspace, '--who', 'os:ann');
    expect([code, printed, readLog(folder).length]).toEqual([0, '', 4]);
    expect(told).toMatch(
      /^no value beside the log fits.*\n2 entries hold it in the log itself, which cannot be changed/,
    );
  });

  test('what is recorded later about the same person is a new value', async () => {
    const folder = path.join(temporaryFolder(), 'audit');
    const log = openLog(folder, { commitPersonal: true });
    await log.append(asAnn);
    expect((await erase(path.dirname(folder), '--who', 'os:ann')).code).toBe(0);
    await log.append(asAnn);
    await log.close();
    expect((await all(folder)).map(({ who }) => who)).toEqual(['(erased)', 'os:officer', 'os:ann']);
    await expectValid(folder);
  });

  test('works over segments and indexes', async () => {
    const { workspace, folder } = await workspaceWith(records);
    renameSync(path.join(folder, 'audit.jsonl'), path.join(folder, 'audit-0.jsonl'));
    await indexMissing(folder);
    expect((await all(folder, { agent: 'os:ann', task: 'task-a' })).map(({ seq }) => seq)).toEqual([0]);
    renameSync(path.join(folder, 'audit-0.jsonl'), path.join(folder, 'audit.jsonl'));
    await erase(workspace, '--who', 'os:ann');
    expect(await all(folder, { agent: 'os:ann' })).toEqual([]);
  });

  test.each([
    [['--reason', 'x'], 'say whose values'],
    [['--who', 'os:ann'], 'say why'],
    [['--who', ' ', '--reason', 'x'], '--who is empty'],
  ])('%j is not understood and says why', async (args, why) => {
    await expect(runAudit(temporaryFolder(), ['erase', ...args])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(why),
    });
  });
});

describe('what became of the values', () => {
  test('a value that is not what the log commits to is reported, and shown as altered', async () => {
    const { workspace, folder } = await workspaceWith([asAnn]);
    for (const name of files(folder)) {
      const file = path.join(folder, 'personal', name);
      writeFileSync(file, readFileSync(file, 'utf8').replace('os:ann', 'os:bob'));
    }
    expect((await all(folder))[0]).toMatchObject({ who: '(altered)', why: 'Call Ann Lee back' });
    expect(await erasedCommitments(folder)).toMatchObject({
      altered: [parse(readLog(folder)[0] ?? '')['who']],
      missing: 0,
    });
    const { code, printed } = await runAudit(workspace, ['verify']);
    expect([code, printed]).toEqual([0, expect.stringContaining('1 personal value is not what the log commits to')]);
  });

  test('a value that is gone without a record is missing; one that is back was not erased', async () => {
    const { workspace, folder } = await workspaceWith([asAnn]);
    const who = String(parse(readLog(folder)[0] ?? '')['who']);
    const file = path.join(folder, 'personal', `${who.slice('commitment:'.length)}.json`);
    const kept = readFileSync(file);
    rmSync(file);
    expect(await erasedCommitments(folder)).toEqual({ erased: [], stillThere: [], altered: [], missing: 1 });
    expect((await runAudit(workspace, ['verify'])).printed).toContain('no entry says that somebody erased them');
    writeFileSync(file, kept);
    await runAudit(workspace, ['erase', '--who', 'os:ann', '--reason', 'x', '--yes']);
    writeFileSync(file, kept);
    expect(await erasedCommitments(folder)).toMatchObject({ stillThere: [who], missing: 0 });
    expect((await runAudit(workspace, ['verify'])).printed).toContain('run loki audit erase once more');
  });

  test('a log without personal values is not looked through', async () => {
    const { folder } = await workspaceWith(records, false);
    expect(await erasedCommitments(folder)).toEqual({ erased: [], stillThere: [], altered: [], missing: 0 });
  });
});
