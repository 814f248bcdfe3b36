import { describe, expect, test } from 'vitest';
import { headsAfter, log, misjudged, shortContent, sizes, split } from './tampered.ts';
import { aSigner, buildLog, bytesOf, linesOf, withFile, type Files } from './signedLog.ts';
import { verifyInMemory } from './verifyInMemory.ts';

describe('a rollback', () => {
  test('of log and checkpoints together is found by what this machine remembers', () => {
    for (const size of [20, 100, 180, 199]) {
      const before = buildLog({
        entries: size,
        checkpoints: sizes(size, 20),
        newKeys: [100].filter((at) => at < size),
        content: shortContent,
        signers: log.signers,
      });
      expect(verifyInMemory(before.files)).toMatchObject({ valid: true });
      expect(misjudged(before.files, 'incomplete', { heads: headsAfter(log) }, size)).toEqual([]);
    }
  });

  test('of the checkpoints alone, or their removal, too', () => {
    const lines = linesOf(log.files, 'audit.checkpoints');
    for (let kept = 0; kept < lines.length; kept += 1) {
      const files = withFile(log.files, 'audit.checkpoints', kept === 0 ? null : bytesOf(lines.slice(0, kept)));
      expect(misjudged(files, 'incomplete', { heads: headsAfter(log) })).toEqual([]);
    }
  });
});

describe('checkpoints', () => {
  const lines = linesOf(log.files, 'audit.checkpoints');
  const withRecords = (records: readonly string[]) => withFile(log.files, 'audit.checkpoints', bytesOf(records));
  const isKey = (text: string) => text.startsWith('{"kind":"key"');

  test('in another order, or without a key, are found as altered', () => {
    for (const index of lines.keys()) {
      if (index + 1 < lines.length)
        expect(
          misjudged(
            withRecords(lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '')),
            'altered',
          ),
        ).toEqual([]);
      if (isKey(lines[index] ?? '')) expect(misjudged(withRecords(lines.toSpliced(index, 1)), 'altered')).toEqual([]);
    }
  });

  test('signed with the key of a wrong epoch are found as altered', () => {
    for (const [first, second] of [
      [0, 0],
      [1, 1],
      [1, 0],
    ] as const) {
      const [old, next] = log.signers;
      if (old === undefined || next === undefined) throw new Error('two signers');
      const signers = [old, next];
      // The keys are named as they should be, but others sign.
      const wrong = buildLog({
        entries: 200,
        checkpoints: sizes(200, 20),
        newKeys: [100],
        content: shortContent,
        signers: [signers[first] ?? old, signers[second] ?? old],
      });
      const records = linesOf(wrong.files, 'audit.checkpoints').map((text, index) =>
        isKey(text) ? (lines[index] ?? '') : text,
      );
      expect(misjudged(withRecords(records), 'altered')).toEqual([]);
    }
  });

  test('by a new key that the one before did not sign are found as altered', () => {
    const [old] = log.signers;
    const stranger = buildLog({
      entries: 200,
      checkpoints: sizes(200, 20),
      newKeys: [100],
      content: shortContent,
      signers: [aSigner(), aSigner()],
    });
    const own = buildLog({
      entries: 200,
      checkpoints: sizes(200, 20),
      content: shortContent,
      signers: old === undefined ? [] : [old],
    });
    const taken = [
      ...linesOf(own.files, 'audit.checkpoints').slice(0, 6),
      ...linesOf(stranger.files, 'audit.checkpoints').slice(6),
    ];
    expect(misjudged(withRecords(taken), 'altered')).toEqual([]);
  });

  test('of another log are found as altered', () => {
    const other = buildLog({ entries: 200, checkpoints: [200], logId: 'f'.repeat(32) });
    expect(
      misjudged(withFile(log.files, 'audit.checkpoints', other.files.get('audit.checkpoints') ?? null), 'altered'),
    ).toEqual([]);
  });
});

describe('files', () => {
  const part = (name: string) => split.files.get(name) ?? Buffer.alloc(0);
  const renamed = (from: string, to: string) => withFile(withFile(split.files, from, null), to, part(from));

  test('that were removed by hand are found as missing', () => {
    expect(misjudged(withFile(split.files, 'audit-0.jsonl', null), 'incomplete', {}, 0)).toEqual([]);
    expect(misjudged(withFile(split.files, 'audit-60.jsonl', null), 'incomplete', {}, 60)).toEqual([]);
    expect(misjudged(withFile(split.files, 'audit.jsonl', null), 'incomplete', {}, 120)).toEqual([]);
  });

  test('that were deleted beyond what was said are found as missing', () => {
    const pruned = buildLog({ entries: 200, checkpoints: sizes(200, 20), rotations: [40, 80, 120], pruned: 80 });
    expect(misjudged(withFile(pruned.files, 'audit-80.jsonl', null), 'incomplete', {}, 0)).toEqual([]);
    const lines = linesOf(pruned.files, 'audit.checkpoints').filter((text) => !text.startsWith('{"kind":"pruned"'));
    expect(misjudged(withFile(pruned.files, 'audit.checkpoints', bytesOf(lines)), 'incomplete', {}, 0)).toEqual([]);
  });

  test('whose last byte was changed are found as altered, one that was cut there as shorter', () => {
    for (const [name, until] of [
      ['audit-0.jsonl', 60],
      ['audit-60.jsonl', 120],
      ['audit.jsonl', 200],
    ] as const) {
      const cut = part(name).subarray(0, -1);
      const changed = withFile(split.files, name, Buffer.concat([cut, Buffer.from(' ')]));
      expect(misjudged(changed, 'altered', {}, until - 1)).toEqual([]);
      expect(misjudged(withFile(split.files, name, cut), 'incomplete', {}, until - 1)).toEqual([]);
    }
  });

  test.each<[string, 'altered' | 'incomplete', Files]>([
    ['renamed to the beginning', 'altered', renamed('audit-60.jsonl', 'audit-1.jsonl')],
    ['renamed before its place', 'altered', renamed('audit-60.jsonl', 'audit-59.jsonl')],
    ['renamed behind the one after it', 'altered', renamed('audit-0.jsonl', 'audit-61.jsonl')],
    ['renamed to what is no name of a segment', 'incomplete', renamed('audit-60.jsonl', 'audit-060.jsonl')],
    ['put there once more', 'altered', withFile(split.files, 'audit-61.jsonl', part('audit-60.jsonl'))],
    [
      'added with the end of another',
      'altered',
      withFile(split.files, 'audit-100.jsonl', bytesOf(linesOf(split.files, 'audit-60.jsonl').slice(40))),
    ],
    ['added with other bytes', 'altered', withFile(split.files, 'audit-61.jsonl', Buffer.from('hello\n'))],
    ['added empty', 'incomplete', withFile(split.files, 'audit-61.jsonl', Buffer.alloc(0))],
    [
      'added without a line feed',
      'altered',
      withFile(split.files, 'audit-60.jsonl', Buffer.concat([part('audit-60.jsonl'), Buffer.from('x')])),
    ],
  ])('%s are found', (_what, expected, files) => {
    expect(misjudged(files, expected)).toEqual([]);
  });
});
