import { describe, expect, test } from 'vitest';
import { firstKey, headsAfter, log, misjudged, shortContent, sizes, split } from './tampered.ts';
import { chainByHand, parse, sealByHand } from './theRecipe.ts';
import { buildLog, bytesOf, linesOf, logId, withFile } from './signedLog.ts';
import { headsOf, verifyInMemory } from './verifyInMemory.ts';

const good = log.files.get('audit.jsonl') ?? Buffer.alloc(0);
const withLines = (lines: readonly string[]) => withFile(log.files, 'audit.jsonl', bytesOf(lines));
const line = (index: number) => log.lines[index] ?? '';

/** Rewrites a log with right hashes, as someone does who knows the recipe. */
function rewritten(change: (entries: readonly ReturnType<typeof parse>[]) => readonly ReturnType<typeof parse>[]) {
  return chainByHand(change(log.lines.map(parse)));
}

/** Of so many bytes one is changed, each time at other places of a line; 1 for every byte, which takes a minute. */
const everyBytes = Number(process.env['LOKI_TEST_EVERY_BYTES'] ?? 7);

test('every byte of the log that is changed is found, as altered, at the right line', () => {
  const bytes = Buffer.from(good);
  const files = withFile(log.files, 'audit.jsonl', bytes);
  const missed: unknown[] = [];
  let index = 0;
  for (const [position, byte] of good.entries()) {
    if ((position + index) % everyBytes === 0) {
      bytes[position] = byte ^ (1 + (position % 255));
      const isStrict = position % 29 === 0;
      const { valid, integrity, completeness, brokenAt } = verifyInMemory(files, { isStrict });
      if (valid || integrity !== 'altered' || completeness !== 'complete' || brokenAt !== index)
        missed.push({ position, byte, index, valid, integrity, completeness, brokenAt });
      bytes[position] = byte;
    }
    if (byte === 0x0a) index += 1;
  }
  expect([index, missed]).toEqual([200, []]);
}, 600_000);

test('every byte of the checkpoints that is changed is found, as altered', () => {
  const { files } = buildLog({ entries: 200, checkpoints: [70, 200], newKeys: [100], content: shortContent });
  const record = files.get('audit.checkpoints') ?? Buffer.alloc(0);
  const missed: unknown[] = [];
  for (const [position, byte] of record.entries()) {
    const bytes = Buffer.from(record);
    bytes[position] = byte ^ (1 + (position % 255));
    const { valid, integrity } = verifyInMemory(withFile(files, 'audit.checkpoints', bytes), { isStrict: true });
    if (valid || integrity !== 'altered') missed.push({ position, byte, valid, integrity });
  }
  expect(missed).toEqual([]);
}, 600_000);

describe('each entry that is', () => {
  const each = (
    change: (index: number) => readonly string[],
    expected: (index: number) => 'altered' | 'incomplete',
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
      const again = misjudged(withLines(log.lines.toSpliced(to, 0, line(index))), 'altered');
      return to === index
        ? again
        : [...again, ...misjudged(withLines(without.toSpliced(to, 0, line(index))), 'altered')];
    });
    expect(found).toEqual([]);
  });

  test('given another number and sealed anew is found as altered, not as a gap', () => {
    for (const shift of [1, 7, -1, 1e15 - 1000]) {
      const found = each(
        (index) => {
          const { hash: _hash, ...entry } = parse(line(index));
          return log.lines.with(index, sealByHand({ ...entry, seq: index + shift }));
        },
        () => 'altered',
        (index) => index,
      );
      expect(found).toEqual([]);
    }
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
  test.each<[string, 'altered' | 'both', () => readonly string[]]>([
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
      content: (seq) => ({ ...shortContent(seq), who: 'x' }),
    });
    expect(verifyInMemory(forged.files)).toMatchObject({ valid: true });
    const key = firstKey(log);
    expect(misjudged(forged.files, 'altered', { trustedKey: key })).toEqual([]);
    expect(
      misjudged(forged.files, 'altered', {
        heads: headsOf({ size: 200, hash: forged.hashAt(200) }, [{ logId, epoch: 1, key }]),
      }),
    ).toEqual([]);
    expect(misjudged(forged.files, 'altered', { heads: headsAfter(log) })).toEqual([]);
    const anchor = { by: 'syslog', at: '2026-03-01T11:00:00.000Z', size: 140, hash: log.hashAt(140), root: null };
    expect(misjudged(forged.files, 'altered', { anchors: [anchor] }, 139)).toEqual([]);
    expect(verifyInMemory(log.files, { anchors: [anchor] }).anchoredTo).toEqual([
      { by: 'syslog', at: anchor.at, size: 140 },
    ]);
  });
});
