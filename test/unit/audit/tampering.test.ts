import { describe, expect, test } from 'vitest';
import { chainByHand, parse } from './theRecipe.ts';
import { aSigner, buildLog, bytesOf, linesOf, logId, withFile, type BuiltLog, type Files } from './signedLog.ts';
import { headsOf, verifyInMemory, type Known } from './verifyInMemory.ts';
import { printNoteKey } from '../../../server/src/audit/note/noteKey.ts';

const sizes = (until: number, step: number) =>
  Array.from({ length: Math.floor(until / step) }, (_, n) => (n + 1) * step);

/** Short entries, so that there are fewer bytes to change. */
const content = (seq: number) => ({
  who: 'a',
  what: 'b',
  where: null,
  why: 'é',
  ...(seq === 0 ? {} : { metadata: { n: seq } }),
});
const log = buildLog({ entries: 200, checkpoints: sizes(200, 20), newKeys: [100], content });
const split = buildLog({ entries: 200, checkpoints: sizes(200, 20), rotations: [60, 120], content });
const good = log.files.get('audit.jsonl') ?? Buffer.alloc(0);
const record = log.files.get('audit.checkpoints') ?? Buffer.alloc(0);
const heads = (built: BuiltLog) => headsOf({ size: 200, hash: built.hashAt(200), checkpointSize: 200 });

type Verdict = 'altered' | 'incomplete' | 'both';

/** Verifies plainly and strictly; answers what does not fit the expectation, nothing where all does. */
function misjudged(files: Files, expected: Verdict, known: Known = {}, brokenAt?: number): unknown[] {
  return [false, true].flatMap((isStrict) => {
    const { valid, integrity, completeness, error, ...rest } = verifyInMemory(files, { ...known, isStrict });
    const isAltered = integrity === 'altered';
    const isIncomplete = completeness === 'incomplete';
    const isRight =
      !valid &&
      error !== null &&
      isAltered === (expected !== 'incomplete') &&
      isIncomplete === (expected !== 'altered') &&
      (brokenAt === undefined || rest.brokenAt === brokenAt);
    return isRight ? [] : [{ isStrict, valid, integrity, completeness, error, brokenAt: rest.brokenAt, expected }];
  });
}

const withLines = (lines: readonly string[]) => withFile(log.files, 'audit.jsonl', bytesOf(lines));
const line = (index: number) => log.lines[index] ?? '';

/** Rewrites a log with right hashes, as someone does who knows the recipe. */
function rewritten(change: (entries: readonly ReturnType<typeof parse>[]) => readonly ReturnType<typeof parse>[]) {
  return chainByHand(change(log.lines.map(parse)));
}

test('every byte of the log that is changed is found, as altered, at the right line', () => {
  const bytes = Buffer.from(good);
  const files = withFile(log.files, 'audit.jsonl', bytes);
  const missed: unknown[] = [];
  let index = 0;
  for (const [position, byte] of good.entries()) {
    bytes[position] = byte ^ (1 + (position % 255));
    const isStrict = position % 29 === 0;
    const { valid, integrity, completeness, brokenAt } = verifyInMemory(files, { isStrict });
    if (valid || integrity !== 'altered' || completeness !== 'complete' || brokenAt !== index)
      missed.push({ position, byte, index, valid, integrity, completeness, brokenAt });
    bytes[position] = byte;
    if (byte === 0x0a) index += 1;
  }
  expect([index, missed]).toEqual([200, []]);
}, 300_000);

test('every byte of the checkpoints that is changed is found, as altered', () => {
  const missed: unknown[] = [];
  for (const [position, byte] of record.entries()) {
    const bytes = Buffer.from(record);
    bytes[position] = byte ^ (1 + (position % 255));
    const { valid, integrity } = verifyInMemory(withFile(log.files, 'audit.checkpoints', bytes));
    if (valid || integrity !== 'altered') missed.push({ position, byte, valid, integrity });
  }
  expect(missed).toEqual([]);
}, 300_000);

describe('each entry that is', () => {
  const each = (
    change: (index: number) => readonly string[],
    expected: (index: number) => Verdict,
    at: (index: number) => number,
  ) => log.lines.flatMap((_, index) => misjudged(withLines(change(index)), expected(index), {}, at(index)));

  test('deleted is found as missing', () => {
    const found = each(
      (index) => log.lines.toSpliced(index, 1),
      () => 'incomplete',
      (index) => index,
    );
    expect(found).toEqual([]);
  });

  test('duplicated is found as altered', () => {
    const found = each(
      (index) => log.lines.toSpliced(index, 0, line(index)),
      () => 'altered',
      (index) => index + 1,
    );
    expect(found).toEqual([]);
  });

  test('swapped with the next is found as altered', () => {
    const found = log.lines.slice(0, -1).flatMap((_, index) => {
      const lines = log.lines.with(index, line(index + 1)).with(index + 1, line(index));
      return misjudged(withLines(lines), 'altered', {}, index);
    });
    expect(found).toEqual([]);
  });

  test('moved elsewhere, or put there once more, is found as altered', () => {
    const found = log.lines.flatMap((_, index) => {
      const to = (index * 71 + 35) % 199;
      const without = log.lines.toSpliced(index, 1);
      const again = misjudged(
        withLines(log.lines.toSpliced(to, 0, line(index))),
        to === index || to === index + 1 ? 'altered' : 'altered',
      );
      return to === index
        ? again
        : [...again, ...misjudged(withLines(without.toSpliced(to, 0, line(index))), 'altered')];
    });
    expect(found).toEqual([]);
  });

  test('replaced by a line that is none is found as altered', () => {
    const found = each(
      (index) => log.lines.with(index, 'hello'),
      () => 'altered',
      (index) => index,
    );
    expect(found).toEqual([]);
  });
});

describe('a cut', () => {
  test('after each entry is found as missing, at the number of entries that are there', () => {
    const found = log.lines.flatMap((_, index) =>
      misjudged(withLines(log.lines.slice(0, index)), 'incomplete', {}, index),
    );
    expect(found).toEqual([]);
  });

  test('at 2,000 places inside lines is found as missing', () => {
    const found: unknown[] = [];
    for (let n = 0; n < 2000; n += 1) {
      const offset = Math.floor(((n + Math.random()) / 2000) * (good.length - 1));
      const cut = good.subarray(0, offset);
      const entries = cut.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
      found.push(...misjudged(withFile(log.files, 'audit.jsonl', cut), 'incomplete', {}, entries));
    }
    expect(found).toEqual([]);
  });

  test('in each of several files is found as missing', () => {
    for (const name of ['audit-0.jsonl', 'audit-60.jsonl', 'audit.jsonl']) {
      const bytes = split.files.get(name) ?? Buffer.alloc(0);
      const lines = linesOf(split.files, name);
      for (const kept of [0, 1, lines.length - 1])
        expect(misjudged(withFile(split.files, name, bytesOf(lines.slice(0, kept))), 'incomplete')).toEqual([]);
      for (let offset = 1; offset < bytes.length - 1; offset += 97)
        expect(misjudged(withFile(split.files, name, bytes.subarray(0, offset)), 'incomplete')).toEqual([]);
    }
  });
});

describe('a log that was rewritten with right hashes', () => {
  test.each<[string, Verdict, () => readonly string[]]>([
    [
      'with one entry changed',
      'altered',
      () => rewritten((all) => all.map((one, n) => (n === 30 ? { ...one, who: 'x' } : one))),
    ],
    [
      'with the first entry changed',
      'altered',
      () => rewritten((all) => all.map((one, n) => (n === 0 ? { ...one, who: 'x' } : one))),
    ],
    [
      'with the last entry changed',
      'altered',
      () => rewritten((all) => all.map((one, n) => (n === 199 ? { ...one, who: 'x' } : one))),
    ],
    ['without an entry', 'both', () => rewritten((all) => all.toSpliced(77, 1))],
    ['with an entry more', 'altered', () => rewritten((all) => [...all.slice(0, 77), ...all.slice(76)])],
    [
      'as another log',
      'altered',
      () => rewritten((all) => all.map((one) => ({ ...one, metadata: { log_id: 'f'.repeat(32) } }))),
    ],
    [
      'as a log of another program',
      'altered',
      () => rewritten((all) => all.map((one) => ({ ...one, metadata: null }))),
    ],
  ])('%s', (_what, expected, lines) => {
    expect(misjudged(withLines(lines()), expected)).toEqual([]);
  });

  test('together with checkpoints of another key, is found by the known key, head or anchor', () => {
    const forged = buildLog({
      entries: 200,
      checkpoints: sizes(200, 20),
      content: (seq) => ({ ...content(seq), who: 'x' }),
    });
    expect(verifyInMemory(forged.files)).toMatchObject({ valid: true });
    const key = printNoteKey((log.signers[0] ?? aSigner()).key);
    expect(misjudged(forged.files, 'altered', { trustedKey: key })).toEqual([]);
    expect(
      misjudged(forged.files, 'altered', {
        heads: headsOf({ size: 200, hash: forged.hashAt(200) }, [{ logId, epoch: 1, key }]),
      }),
    ).toEqual([]);
    expect(misjudged(forged.files, 'altered', { heads: heads(log) })).toEqual([]);
    const anchor = { by: 'syslog', at: '2026-03-01T11:00:00.000Z', size: 140, hash: log.hashAt(140), root: null };
    expect(misjudged(forged.files, 'altered', { anchors: [anchor] }, 139)).toEqual([]);
    expect(verifyInMemory(log.files, { anchors: [anchor] }).anchoredTo).toEqual([
      { by: 'syslog', at: anchor.at, size: 140 },
    ]);
  });
});

describe('a rollback', () => {
  test('of log and checkpoints together is found by what this machine remembers', () => {
    for (const size of [20, 100, 180, 199]) {
      const before = buildLog({
        entries: size,
        checkpoints: sizes(size, 20),
        newKeys: [100].filter((at) => at < size),
        content,
        signers: log.signers,
      });
      expect(verifyInMemory(before.files)).toMatchObject({ valid: true });
      expect(misjudged(before.files, 'incomplete', { heads: heads(log) }, size)).toEqual([]);
    }
  });

  test('of the checkpoints alone, or their removal, too', () => {
    const lines = linesOf(log.files, 'audit.checkpoints');
    for (let kept = 0; kept < lines.length; kept += 1) {
      const files = withFile(log.files, 'audit.checkpoints', kept === 0 ? null : bytesOf(lines.slice(0, kept)));
      expect(misjudged(files, 'incomplete', { heads: heads(log) })).toEqual([]);
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
        content,
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
      content,
      signers: [aSigner(), aSigner()],
    });
    const own = buildLog({
      entries: 200,
      checkpoints: sizes(200, 20),
      content,
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

  test.each<[string, Verdict, Files]>([
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
