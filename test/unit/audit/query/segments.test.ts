import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '#protocol/audit';
import type { EntryContent } from '../../../../server/src/audit/chain/chain.ts';
import { readEntry } from '../../../../server/src/audit/chain/entry.ts';
import { indexMissing, indexSegment } from '../../../../server/src/audit/query/buildIndex.ts';
import { keepIndexed } from '../../../../server/src/audit/query/keepIndexed.ts';
import { exactFields, valuesOf, type EntryFilter } from '../../../../server/src/audit/query/entryFilter.ts';
import { readEntries, readLastRecorded, type ReadEntriesOptions } from '../../../../server/src/audit/query/query.ts';
import { temporaryFolder } from '../../storage/temporaryFolder.ts';
import { aContent, writeIndexed, writeSegments } from './segmentedLog.ts';

async function read(folder: string, filter: EntryFilter = {}, options: ReadEntriesOptions = {}) {
  const seqs: number[] = [];
  let unreadable = 0;
  const onUnreadable = (): void => {
    unreadable += 1;
  };
  for await (const { seq } of readEntries(folder, filter, { ...options, onUnreadable })) seqs.push(seq);
  return { seqs, unreadable };
}

const seqsOf = async (...args: Parameters<typeof read>): Promise<readonly number[]> => (await read(...args)).seqs;
const contents = Array.from({ length: 100 }, (_, n) => aContent(n));
const every = contents.map((_, n) => n);

describe.each(['with indexes', 'without an index'])('a log of several segments, %s', (kind) => {
  const write = kind === 'with indexes' ? writeIndexed : writeSegments;

  test.each<[string, EntryFilter, ReadEntriesOptions, readonly number[]]>([
    ['is read from the first entry to the last', {}, {}, every],
    ['is read from the last to the first', {}, { order: 'newest' }, every.toReversed()],
    ['goes on behind a cursor', {}, { cursor: 37, limit: 3 }, [38, 39, 40]],
    ['goes back before a cursor', {}, { order: 'newest', cursor: 37, limit: 3 }, [36, 35, 34]],
    ['goes on behind the last entry of a segment', {}, { cursor: 29, limit: 2 }, [30, 31]],
    ['has nothing behind its last entry', {}, { cursor: 99 }, []],
    ['has nothing before its first', {}, { order: 'newest', cursor: 0 }, []],
    ['finds the entries of a task', { task: 'task-2' }, {}, every.filter((n) => n % 5 === 2)],
    ['pages through them', { task: 'task-2' }, { cursor: 47, limit: 3 }, [52, 57, 62]],
    ['pages back through them', { task: 'task-2' }, { order: 'newest', cursor: 47, limit: 3 }, [42, 37, 32]],
    ['finds what fits two fields', { task: 'task-2', run: 'run-1' }, {}, every.filter((n) => n % 15 === 7)],
    ['finds nothing of a task it never had', { task: 'task-9' }, {}, []],
    ['finds a time', { fromMs: Date.UTC(2026, 2, 1, 0, 58), toMs: Date.UTC(2026, 2, 1, 1, 1) }, {}, [58, 59, 60, 61]],
    ['finds a text', { text: 'FILE7' }, {}, [7, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79]],
  ])('%s', async (_what, filter, options, expected) => {
    const folder = temporaryFolder();
    await write(folder, contents, 30);
    expect(await seqsOf(folder, filter, options)).toEqual(expected);
  });

  test('is read although its writer was stopped between two segments', async () => {
    const folder = temporaryFolder();
    await write(folder, contents, 30);
    renameSync(path.join(folder, 'audit.jsonl'), path.join(folder, 'audit-90.jsonl'));
    expect(await seqsOf(folder)).toEqual(every);
    expect(await seqsOf(folder, { task: 'task-2' }, { cursor: 80 })).toEqual([82, 87, 92, 97]);
  });

  test('can be rotated while it is read', async () => {
    const folder = temporaryFolder();
    await write(folder, contents, 30);
    const seqs: number[] = [];
    for await (const { seq } of readEntries(folder)) {
      seqs.push(seq);
      if (seq !== 10) continue;
      renameSync(path.join(folder, 'audit.jsonl'), path.join(folder, 'audit-90.jsonl'));
      writeFileSync(path.join(folder, 'audit.jsonl'), 'the next segment, which was not there yet\n');
    }
    expect(seqs).toEqual(every);
  });

  test('shows what is left when old segments were deleted', async () => {
    const folder = temporaryFolder();
    await write(folder, contents, 30);
    rmSync(path.join(folder, 'audit-0.jsonl'));
    expect(await seqsOf(folder)).toEqual(every.slice(30));
    expect(await seqsOf(folder, { task: 'task-2' }, { limit: 1 })).toEqual([32]);
  });

  test('hides no entry behind lines that are none', async () => {
    const folder = temporaryFolder();
    const lines = await write(folder, contents, 30);
    const damaged = [
      ...lines.slice(30, 40),
      'hello\n',
      '[]\n',
      ...lines.slice(40, 60),
      `{"x":"${'y'.repeat(3_000_000)}"}\n`,
    ];
    writeFileSync(path.join(folder, 'audit-30.jsonl'), damaged.join(''));
    appendFileSync(path.join(folder, 'audit.jsonl'), '{"seq":100,"timestamp":"2026');
    for (const order of ['oldest', 'newest'] as const) {
      const found = await read(folder, {}, { order });
      expect(found).toEqual({ seqs: order === 'oldest' ? every : every.toReversed(), unreadable: 4 });
    }
    expect(await read(folder, { task: 'task-2' })).toEqual({
      seqs: every.filter((n) => n % 5 === 2),
      unreadable: 3 + 1,
    });
  });
});

describe('the index of a segment', () => {
  test('is not built for the current segment, nor for one with a line that is no entry', async () => {
    const folder = temporaryFolder();
    writeSegments(folder, contents, 30);
    appendFileSync(path.join(folder, 'audit-0.jsonl'), 'hello\n');
    expect(await indexSegment(path.join(folder, 'audit.jsonl'))).toBe(false);
    expect(await indexSegment(path.join(folder, 'audit-0.jsonl'))).toBe(false);
    expect(await indexSegment(path.join(folder, 'audit-700.jsonl'))).toBe(false);
    expect(await indexMissing(folder)).toBe(2);
    expect(await indexMissing(folder)).toBe(0);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.jsonl'))).toEqual([
      'audit-30.index',
      'audit-60.index',
    ]);
  });

  test('of another segment is not used, and built anew', async () => {
    const folder = temporaryFolder();
    await writeIndexed(folder, contents, 30);
    const other = contents.map((content) => ({ ...content, metadata: { task_id: 'task-x' } }));
    const foreign = temporaryFolder();
    await writeIndexed(foreign, other, 30);
    for (const name of ['audit-0.index', 'audit-30.index', 'audit-60.index'])
      writeFileSync(path.join(folder, name), readFileSync(path.join(foreign, name)));
    expect(await seqsOf(folder, { task: 'task-2' }, { limit: 3 })).toEqual([2, 7, 12]);
    expect(await indexMissing(folder)).toBe(3);
    expect(readFileSync(path.join(folder, 'audit-0.index'))).not.toEqual(
      readFileSync(path.join(foreign, 'audit-0.index')),
    );
  });

  test('with any byte changed, or cut anywhere, never hides or adds an entry', async () => {
    const folder = temporaryFolder();
    await writeIndexed(folder, contents.slice(0, 12), 8);
    const file = path.join(folder, 'audit-0.index');
    const good = readFileSync(file);
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, at % 2 === 0 ? changed : good.subarray(0, at));
      expect(await seqsOf(folder, { task: 'task-2' }), `byte ${at}`).toEqual([2, 7]);
      expect(await seqsOf(folder, {}, { cursor: 4, limit: 4 }), `byte ${at}`).toEqual([5, 6, 7, 8]);
    }
  });

  test('is built beside the work of a writer, once for each segment', async () => {
    const folder = temporaryFolder();
    writeSegments(folder, contents.slice(0, 60), 20);
    const indexes = keepIndexed(folder, 10);
    indexes.wake();
    await expect.poll(() => readdirSync(folder).filter((name) => name.endsWith('.index'))).toHaveLength(2);
    renameSync(path.join(folder, 'audit.jsonl'), path.join(folder, 'audit-40.jsonl'));
    indexes.wake();
    indexes.wake();
    await expect.poll(() => readdirSync(folder).filter((name) => name.endsWith('.index'))).toHaveLength(3);
    await indexes.close();
    rmSync(path.join(folder, 'audit-0.index'));
    indexes.wake();
    await indexes.close();
    expect(readdirSync(folder).filter((name) => !name.endsWith('.jsonl'))).toEqual([
      'audit-20.index',
      'audit-40.index',
    ]);
  });

  test('that is a link is not followed', async () => {
    const folder = temporaryFolder();
    await writeIndexed(folder, contents, 30);
    expect(existsSync(path.join(folder, 'audit-0.index'))).toBe(true);
    renameSync(path.join(folder, 'audit-0.index'), path.join(folder, 'elsewhere'));
    symlinkSync('elsewhere', path.join(folder, 'audit-0.index'));
    expect(await seqsOf(folder, { task: 'task-2' }, { limit: 1 })).toEqual([2]);
    expect(await indexMissing(folder)).toBe(1);
  });

  test('that fits a segment whose lines were moved does not hide what is there now', async () => {
    const folder = temporaryFolder();
    const lines = await writeIndexed(folder, contents, 30);
    const moved = lines.slice(0, 30);
    [moved[2], moved[3]] = [moved[3] ?? '', moved[2] ?? ''];
    writeFileSync(path.join(folder, 'audit-0.jsonl'), moved.join(''));
    expect((await seqsOf(folder, { task: 'task-2' })).slice(0, 3)).toEqual([2, 7, 12]);
    expect((await seqsOf(folder, { task: 'task-2' }, { order: 'newest' })).slice(-3)).toEqual([12, 7, 2]);
  });
});

test('the last of those that fit are found from the end, over segments', async () => {
  const folder = temporaryFolder();
  await writeIndexed(folder, contents, 30);
  const last = async (filter: EntryFilter, count: number): Promise<readonly number[]> => {
    const seqs: number[] = [];
    for await (const { entry } of readLastRecorded(folder, filter, count)) seqs.push(entry.seq);
    return seqs;
  };
  expect(await last({}, 12)).toEqual(every.slice(-12));
  expect(await last({ task: 'task-2' }, 4)).toEqual([82, 87, 92, 97]);
  expect(await last({ task: 'task-2' }, 1000)).toEqual(every.filter((n) => n % 5 === 2));
  expect(await last({}, 0)).toEqual([]);
});

// Texts that tempt a reader that looks at bytes: quotes, backslashes, other scripts, characters that fold into ASCII.
const text = fc.oneof(
  fc.constantFrom(
    'a',
    'run-1',
    'K',
    'k',
    '\u212a',
    '\u0130',
    'i',
    'a"b',
    String.raw`a\b`,
    'a/b',
    'a\nb',
    'ü',
    '',
    '5',
    'true',
    '\ud800',
  ),
  fc.string({ maxLength: 4 }),
);
const value = fc.oneof(text, fc.constantFrom(5, true, null, 1e21), fc.record({ inner: text }));
const content: fc.Arbitrary<EntryContent> = fc.record({
  timestamp: fc.oneof(
    fc.integer({ min: 0, max: 50 }).map((minute) => new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString()),
    fc.constantFrom('2026-03-01T01:10:00+01:00', 'yesterday'),
  ),
  who: fc.option(text),
  what: fc.option(text),
  where: fc.option(text),
  why: fc.option(text),
  metadata: fc.option(
    fc.record(
      {
        task_id: value,
        run_id: value,
        agent: value,
        swarm: value,
        phase: value,
        provider: value,
        decision: value,
        n: value,
      },
      { requiredKeys: [] },
    ),
  ),
});
const minute = fc.integer({ min: -1, max: 51 }).map((minutes) => Date.UTC(2026, 2, 1, 0, minutes));
const filter: fc.Arbitrary<EntryFilter> = fc.record(
  { ...Object.fromEntries(exactFields.map((field) => [field, text])), text, fromMs: minute, toMs: minute },
  { requiredKeys: [] },
);

/** The definition once more, without a look at how it is read. */
function fits(entry: AuditEntry, { fromMs, toMs, text: sought, ...exact }: EntryFilter): boolean {
  const ms = Date.parse(entry.timestamp);
  const said = JSON.stringify([entry.who, entry.what, entry.where, entry.why, entry.metadata], (_, member: unknown) =>
    typeof member === 'string' || typeof member === 'number' ? String(member).toLowerCase() : member,
  );
  return (
    exactFields.every((field) => exact[field] === undefined || valuesOf(entry, field).includes(exact[field])) &&
    (fromMs === undefined || ms >= fromMs) &&
    (toMs === undefined || ms <= toMs) &&
    (sought === undefined || mentions(JSON.parse(said), sought.toLowerCase()))
  );
}

function mentions(said: unknown, sought: string): boolean {
  if (typeof said === 'string') return said.includes(sought);
  if (typeof said !== 'object' || said === null) return false;
  return Object.entries(said).some(
    ([name, member]) => (!Array.isArray(said) && name.toLowerCase().includes(sought)) || mentions(member, sought),
  );
}

test('whatever is in a log and whatever is asked, indexes and byte searches find what a plain look finds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(content, { minLength: 1, maxLength: 25 }),
      fc.array(filter, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      fc.option(fc.nat(25), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      async (records, filters, perSegment, cursor, limit) => {
        const folder = temporaryFolder();
        const entries = writeSegments(folder, records, perSegment).flatMap((line) => readEntry(line) ?? []);
        for (const isIndexed of [false, true]) {
          if (isIndexed) await indexMissing(folder);
          for (const one of filters) {
            const all = entries.filter((entry) => fits(entry, one)).map(({ seq }) => seq);
            const older = all.filter((seq) => cursor === undefined || seq > cursor).slice(0, limit);
            const newer = all
              .filter((seq) => cursor === undefined || seq < cursor)
              .toReversed()
              .slice(0, limit);
            expect(await seqsOf(folder, one, { cursor, limit })).toEqual(older);
            expect(await seqsOf(folder, one, { order: 'newest', cursor, limit })).toEqual(newer);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});
