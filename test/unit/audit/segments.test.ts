import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstSeqOf, listSegments, listSegmentsSync, segmentName } from '../../../server/src/audit/file/segments.ts';
import { temporaryFolder } from '../storage/temporaryFolder.ts';

function folderWith(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(path.join(folder, name), name);
  return folder;
}

describe('the segments of a log', () => {
  test('come in the order of their entries, the current one last, and nothing else', async () => {
    const others = [
      'audit.jsonl.new',
      'audit.checkpoints',
      'audit.anchors',
      'audit.lock',
      'audit-0.index',
      'audit-01.jsonl',
    ];
    const folder = folderWith('audit.jsonl', 'audit-1000.jsonl', 'audit-0.jsonl', 'audit-200.jsonl', ...others);
    const segments = await listSegments(folder);
    expect(segments.map(({ name, firstSeq, isCurrent }) => ({ name, firstSeq, isCurrent }))).toEqual([
      { name: 'audit-0.jsonl', firstSeq: 0, isCurrent: false },
      { name: 'audit-200.jsonl', firstSeq: 200, isCurrent: false },
      { name: 'audit-1000.jsonl', firstSeq: 1000, isCurrent: false },
      { name: 'audit.jsonl', firstSeq: null, isCurrent: true },
    ]);
    expect(segments[3]).toMatchObject({ path: path.join(folder, 'audit.jsonl'), sizeBytes: 11 });
  });

  test('are known again after one was renamed', () => {
    const folder = folderWith('audit.jsonl');
    const [before] = listSegmentsSync(folder);
    renameSync(path.join(folder, 'audit.jsonl'), path.join(folder, segmentName(0)));
    expect(listSegmentsSync(folder)).toEqual([
      { ...before, name: 'audit-0.jsonl', path: path.join(folder, 'audit-0.jsonl'), firstSeq: 0, isCurrent: false },
    ]);
  });

  test('are none where there is no folder, or none in it', async () => {
    const folder = folderWith('audit.checkpoints');
    expect(await listSegments(folder)).toEqual([]);
    expect(await listSegments(path.join(folder, 'no', 'where'))).toEqual([]);
    expect(await listSegments(path.join(folder, 'audit.checkpoints'))).toEqual([]);
  });

  test.each([
    ['a link', (file: string) => symlinkSync('/etc/hostname', file)],
    ['a link to nowhere', (file: string) => symlinkSync('nowhere', file)],
    ['a folder', (file: string) => mkdirSync(file)],
  ])('are refused where one is %s', async (_what, put) => {
    for (const name of ['audit.jsonl', 'audit-7.jsonl']) {
      const folder = folderWith();
      put(path.join(folder, name));
      await expect(listSegments(folder)).rejects.toMatchObject({
        code: 'audit_unreadable',
        message: expect.stringContaining(name),
      });
    }
  });

  test('are refused where the folder cannot be read', async () => {
    // A link that leads to itself: unlike rights, it stops an administrator too.
    const folder = path.join(folderWith(), 'loop');
    symlinkSync(folder, folder);
    await expect(listSegments(folder)).rejects.toMatchObject({ code: 'audit_unreadable' });
  });
});

test.each([
  ['audit-0.jsonl', 0],
  ['audit-123456789012345.jsonl', 123_456_789_012_345],
  ['audit-1234567890123456.jsonl', null],
  ['audit-00.jsonl', null],
  ['audit--1.jsonl', null],
  ['audit-.jsonl', null],
  ['audit.jsonl', null],
  ['audit-1.jsonl.new', null],
  ['audit-1.index', null],
])('the first entry of a segment called %s is %j', (name, expected) => {
  expect(firstSeqOf(name)).toBe(expected);
  if (expected !== null) expect(segmentName(expected)).toBe(name);
});
