import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { verifyAuditLog } from '../../../server/src/audit/verify/verify.ts';
import { verifyAuditLogSync } from '../../../server/src/audit/verify/verifySync.ts';
import { verifyKnown, type Knowledge } from '../../../server/src/audit/verify/verifyKnown.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';
import { openLog } from './aLog.ts';
import { aRecord } from './aRecord.ts';
import { buildLog, withFile, type Files } from './signedLog.ts';
import { headsOf, headsOfAll } from './verifyInMemory.ts';

function folderOf(files: Files): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of files) writeFileSync(path.join(folder, name), bytes);
  return folder;
}

const log = buildLog({ entries: 90, checkpoints: [30, 60, 90], rotations: [30, 60] });

describe('both ways to read a log', () => {
  test.each<[string, Files]>([
    ['intact', log.files],
    [
      'with a changed byte',
      withFile(
        log.files,
        'audit-30.jsonl',
        Buffer.from(String(log.files.get('audit-30.jsonl')).replace('step 40', 'step 41')),
      ),
    ],
    ['without its end', withFile(log.files, 'audit.jsonl', null)],
    ['without a file in the middle', withFile(log.files, 'audit-30.jsonl', null)],
    ['without its checkpoints', withFile(log.files, 'audit.checkpoints', null)],
    [
      'that ends inside a line',
      withFile(
        log.files,
        'audit.jsonl',
        Buffer.concat([log.files.get('audit.jsonl') ?? Buffer.alloc(0), Buffer.from('{"seq":90')]),
      ),
    ],
  ])('say the same of one %s', async (_what, files) => {
    const folder = folderOf(files);
    const found = await verifyAuditLog(folder);
    expect(verifyAuditLogSync(folder)).toEqual(found);
    expect(found).toMatchObject({ entries: expect.any(Number) });
  });

  test('stop when they are told to', async () => {
    const reason = new Error('cancelled');
    await expect(verifyAuditLog(folderOf(log.files), {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('know a log that is gone from one that never was', async () => {
    const heads = headsOf({ size: 90, hash: log.hashAt(90) });
    const gone = {
      valid: false,
      entries: 0,
      brokenAt: 0,
      completeness: 'incomplete',
      error: expect.stringContaining('the audit log with 90 entries that was here is gone'),
    };
    const empty = temporaryFolder();
    expect(await verifyAuditLog(empty)).toEqual({ kind: 'absent' });
    expect(await verifyAuditLog(empty, { heads })).toMatchObject(gone);
    expect(verifyAuditLogSync(empty, { heads })).toMatchObject(gone);
    // Another workspace in the same place is another project.
    expect(await verifyAuditLog(empty, { heads: { ...heads, workspaceIdentity: '9:9:9' } })).toEqual({
      kind: 'absent',
    });
    const files = new Map([...log.files].filter(([name]) => name === 'audit.checkpoints'));
    expect(await verifyAuditLog(folderOf(files))).toMatchObject(gone);
  });

  test('refuse what is no plain file', async () => {
    for (const name of ['audit.checkpoints', 'audit-30.jsonl']) {
      const folder = folderOf(log.files);
      rmSync(path.join(folder, name));
      symlinkSync('/etc/hostname', path.join(folder, name));
      await expect(verifyAuditLog(folder)).rejects.toMatchObject({ code: 'audit_unreadable' });
      rmSync(path.join(folder, name));
      mkdirSync(path.join(folder, name));
      expect(() => verifyAuditLogSync(folder)).toThrow(expect.objectContaining({ code: 'audit_unreadable' }));
    }
  });
});

describe('a log that is written meanwhile', () => {
  test('is valid at every moment, through rotation too', async () => {
    const folder = temporaryFolder();
    const writer = openLog(folder, { limits: { segmentBytes: 20_000 } });
    const state = { isWriting: true };
    const writing = (async () => {
      for (let n = 0; n < 400; n += 1) await writer.append(aRecord(n));
      await writer.close();
      state.isWriting = false;
    })();
    let looks = 0;
    while (state.isWriting) {
      const found = await verifyAuditLog(folder);
      if (!('kind' in found)) expect(found).toMatchObject({ valid: true, error: null });
      looks += 1;
      await nextTurn();
    }
    await writing;
    expect(looks).toBeGreaterThan(3);
  });

  test('is waited for where it ends inside a line', async () => {
    const whole = log.files.get('audit.jsonl') ?? Buffer.alloc(0);
    const folder = folderOf(withFile(log.files, 'audit.jsonl', whole.subarray(0, -100)));
    const finding = verifyAuditLog(folder);
    setTimeout(() => appendFileSync(path.join(folder, 'audit.jsonl'), whole.subarray(-100)), 50);
    expect(await finding).toMatchObject({ valid: true, entries: 90, warnings: [] });
  });
});

describe('earlier logs of a folder', () => {
  const other = { logId: 'f'.repeat(32), size: 500, hash: 'a'.repeat(64) };
  const restarted = (acknowledged: boolean) =>
    buildLog({
      entries: 20,
      checkpoints: [20],
      content: (seq) =>
        seq === 0 ? { what: 'audit_restarted' } : seq === 5 && acknowledged ? { what: 'audit_loss_acknowledged' } : {},
    });

  test('that are gone make the log incomplete, until a person says that they know', async () => {
    const heads = headsOf(other);
    expect(await verifyAuditLog(folderOf(restarted(false).files), { heads })).toMatchObject({
      valid: false,
      brokenAt: 0,
      integrity: 'intact',
      completeness: 'incomplete',
      error: expect.stringContaining(
        'the audit log with 500 entries that was here before is gone, and this one was begun after it',
      ),
    });
    expect(await verifyAuditLog(folderOf(log.files), { heads })).toMatchObject({
      error: expect.stringContaining('another one stands in its place'),
    });
    const built = restarted(true);
    const known = headsOfAll([other, { size: 20, hash: built.hashAt(20) }]);
    for (const isStrict of [false, true])
      expect(await verifyAuditLog(folderOf(built.files), { heads: known, isStrict })).toMatchObject({
        valid: true,
        warnings: [expect.stringContaining('a person acknowledged that')],
      });
  });

  test('are not made good by a log that nobody here wrote and that acknowledges its own making', async () => {
    const built = restarted(true);
    const unsigned = withFile(built.files, 'audit.checkpoints', null);
    const before = headsOfAll([other, { size: 5, hash: built.hashAt(5) }]);
    for (const heads of [headsOf(other), before])
      for (const files of [built.files, unsigned])
        expect(await verifyAuditLog(folderOf(files), { heads })).toMatchObject({
          valid: false,
          completeness: 'incomplete',
          error: expect.stringContaining('the audit log with 500 entries that was here before is gone'),
        });
  });

  test('of another workspace in this place do not matter', async () => {
    const heads = headsOf({ ...other, workspaceIdentity: '9:9:9' });
    expect(await verifyAuditLog(folderOf(log.files), { heads })).toMatchObject({ valid: true, warnings: [] });
  });
});

test('an anchor that cannot be read is a warning, not an alarm', async () => {
  const folder = folderOf(withFile(log.files, 'audit.anchors', Buffer.from('hello\n')));
  const nothing: Knowledge = { heads: null, witnessKey: null, readNotes: null, trustedKey: null };
  expect(await verifyKnown(folder, nothing, { isStrict: false })).toMatchObject({
    valid: true,
    anchoredTo: [],
    warnings: [expect.stringContaining('audit.anchors')],
  });
  renameSync(path.join(folder, 'audit-0.jsonl'), path.join(folder, 'audit-0.bak'));
  expect(readFileSync(path.join(folder, 'audit-0.bak')).length).toBeGreaterThan(0);
  expect(await verifyKnown(folder, nothing, { isStrict: false })).toMatchObject({ completeness: 'incomplete' });
});
