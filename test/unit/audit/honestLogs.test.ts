import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildLog, bytesOf, linesOf, logId, signedAt, withFile, type BuiltLog } from './signedLog.ts';
import { headsOf, verifyInMemory, type Known } from './verifyInMemory.ts';
import { printNoteKey } from '../../../server/src/audit/note/noteKey.ts';

const sizes = (until: number, step: number) =>
  Array.from({ length: Math.floor(until / step) }, (_, n) => (n + 1) * step);

/** No alarm, plainly or strictly, in whatever pieces the files are read. */
function accept({ files }: Pick<BuiltLog, 'files'>, known: Known = {}) {
  const results = [
    verifyInMemory(files, known),
    verifyInMemory(files, { ...known, isStrict: true }),
    verifyInMemory(files, { ...known, chunkBytes: 1 + Math.floor(Math.random() * 700) }),
  ];
  const [first] = results;
  for (const result of results) {
    expect(result).toMatchObject({ valid: true, brokenAt: null, error: null, integrity: 'intact' });
    expect(result).toEqual(first);
  }
  return first ?? expect.fail('no result');
}

describe('no false alarm', () => {
  test('over a log without checkpoints, whose end nothing proves', () => {
    expect(accept(buildLog({ entries: 30 }))).toEqual({
      valid: true,
      entries: 30,
      brokenAt: null,
      error: null,
      integrity: 'intact',
      completeness: 'unproved',
      checkpoints: { count: 0, size: null, at: null, key: null, epoch: null },
      anchoredTo: [],
      keyProtection: null,
      warnings: [],
      firstSeq: 0,
    });
  });

  test('over a log just created', () => {
    accept(buildLog({ entries: 1 }));
    const log = buildLog({ entries: 1, checkpoints: [1] });
    expect(accept(log, { heads: headsOf({ size: 1, hash: log.hashAt(1), checkpointSize: 1 }) })).toMatchObject({
      completeness: 'complete',
      warnings: [],
    });
  });

  test('over a log with checkpoints, the last over its end', () => {
    const log = buildLog({ entries: 200, checkpoints: sizes(200, 20) });
    const key = log.signers[0]?.key;
    expect(accept(log)).toMatchObject({
      completeness: 'complete',
      checkpoints: { count: 10, size: 200, at: signedAt, key: key && printNoteKey(key), epoch: 1 },
      keyProtection: 'keychain',
      warnings: [],
    });
  });

  test('over entries newer than the last checkpoint, and says how many', () => {
    const log = buildLog({ entries: 203, checkpoints: [100, 200] });
    expect(accept(log)).toMatchObject({
      completeness: 'complete',
      warnings: [expect.stringContaining('the last 3 entries are newer')],
    });
    const heads = headsOf({ size: 203, hash: log.hashAt(203), checkpointSize: 200 });
    expect(accept(log, { heads })).toMatchObject({ completeness: 'complete', warnings: [] });
  });

  test('over a log in several files, one of them with a line that describes the one before', () => {
    for (const rotations of [[50], [1, 2, 3], sizes(199, 20)])
      accept(buildLog({ entries: 200, checkpoints: [...rotations, 200], rotations }));
  });

  test('over a log whose writer was stopped between two files', () => {
    const { files } = buildLog({ entries: 100, checkpoints: [100], rotations: [50] });
    const current = files.get('audit.jsonl') ?? null;
    accept({ files: withFile(withFile(files, 'audit.jsonl', null), 'audit-50.jsonl', current) });
  });

  test('over a log whose oldest entries were deleted on purpose, or some of them', () => {
    const recipe = { entries: 200, checkpoints: sizes(200, 20), rotations: [40, 80, 120] };
    const log = buildLog({ ...recipe, pruned: 80 });
    expect([...log.files.keys()]).toEqual(['audit-80.jsonl', 'audit.jsonl', 'audit.checkpoints']);
    expect(accept(log, { heads: headsOf({ size: 200, hash: log.hashAt(200), checkpointSize: 200 }) })).toMatchObject({
      entries: 120,
      completeness: 'complete',
      warnings: [`entries 0 to 79 were deleted on purpose at ${signedAt}, as configured; those after them are here`],
    });
    // Stopped after it had said so, and after it had deleted only one.
    const whole = buildLog({ ...recipe, signers: log.signers });
    for (const missing of [[], ['audit-0.jsonl']]) {
      const files = new Map([...whole.files].filter(([name]) => !missing.includes(name)));
      accept({ files: withFile(files, 'audit.checkpoints', log.files.get('audit.checkpoints') ?? null) });
    }
  });

  test('over a log that ends inside a line that nobody was promised', () => {
    const log = buildLog({ entries: 200, checkpoints: [200] });
    const next = buildLog({ entries: 201 }).lines[200] ?? '';
    const heads = headsOf({ size: 200, hash: log.hashAt(200), checkpointSize: 200 });
    for (const length of [1, 10, 100, next.length - 1, next.length]) {
      const torn = Buffer.concat([log.files.get('audit.jsonl') ?? Buffer.alloc(0), Buffer.from(next.slice(0, length))]);
      expect(accept({ files: withFile(log.files, 'audit.jsonl', torn) }, { heads })).toMatchObject({
        entries: 200,
        completeness: 'complete',
        warnings: [expect.stringContaining('ends inside entry 200')],
      });
    }
  });

  test('over checkpoints that end inside a line', () => {
    const log = buildLog({ entries: 100, checkpoints: [50, 100] });
    const whole = log.files.get('audit.checkpoints') ?? Buffer.alloc(0);
    const last = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const end of [last + 1, last + 200, whole.length - 1])
      expect(accept({ files: withFile(log.files, 'audit.checkpoints', whole.subarray(0, end)) })).toMatchObject({
        checkpoints: { count: 1, size: 50 },
        warnings: [expect.stringContaining('newer'), expect.stringContaining('audit.checkpoints ends inside a line')],
      });
  });

  test('over checkpoints of several keys, each signed by the one before', () => {
    const log = buildLog({ entries: 200, checkpoints: sizes(200, 20), newKeys: [60, 120] });
    const keys = log.signers.map(({ key }, index) => ({ logId, epoch: index + 1, key: printNoteKey(key) }));
    const heads = headsOf({ size: 200, hash: log.hashAt(200), checkpointSize: 200 }, keys);
    expect(accept(log, { heads }).checkpoints).toMatchObject({ epoch: 3, key: keys[2]?.key });
    for (const { key } of keys) accept(log, { trustedKey: key });
  });

  test('over a log of the older Loki Mode tool, and one that Loki continued', () => {
    const legacy = readFileSync(path.join(import.meta.dirname, 'legacy-audit.jsonl'));
    expect(accept({ files: new Map([['audit.jsonl', legacy]]) })).toMatchObject({
      entries: 60,
      completeness: 'unproved',
    });
  });
});

test('the helpers build what they say', () => {
  const { files, lines } = buildLog({ entries: 5, rotations: [2] });
  expect([...linesOf(files, 'audit-0.jsonl'), ...linesOf(files)]).toEqual(lines);
  expect(bytesOf(['a']).toString()).toBe('a\n');
});
