import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { firstLink, linkAfter, seal } from '../../../server/src/audit/chain/chain.ts';
import { indexMissing } from '../../../server/src/audit/query/buildIndex.ts';
import { createAuditWindows } from '../../../server/src/lsp/auditWindow.ts';
import { aContent, writeSegments } from '../audit/query/segmentedLog.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const everything = { run: null, agent: null, decision: null, text: null };

/** A log of so many entries, and how it goes on. */
function aLog(count: number): { readonly text: string; readonly more: (what: string) => string } {
  let link = firstLink;
  const line = (what: string): string => {
    const sealed = seal(
      {
        timestamp: '2026-03-01T00:00:00.000Z',
        who: link.seq % 2 === 0 ? 'implementer' : 'loki',
        what,
        where: `src/${link.seq}.ts`,
        why: null,
        metadata: { run_id: `run-${link.seq % 3}`, decision: 'ALLOW' },
      },
      link,
    );
    link = linkAfter(sealed.entry);
    return `${sealed.line}\n`;
  };
  return { text: Array.from({ length: count }, () => line('file_read')).join(''), more: line };
}

test('a window shows the latest first, and grows with the log', async () => {
  const folder = await temporaryFolder();
  const windows = createAuditWindows();
  expect(await windows.read(folder, everything, 0, 10)).toMatchObject({ total: 0, entries: [] });
  const log = aLog(10_000);
  const file = path.join(folder, 'audit.jsonl');
  await writeFile(file, log.text);
  const first = await windows.read(folder, everything, 0, 2);
  expect(first.total).toBe(10_000);
  expect(first.entries.map(({ seq }) => seq)).toEqual([9999, 9998]);
  expect((await windows.read(folder, everything, 9999, 5)).entries.map(({ seq }) => seq)).toEqual([0]);
  expect((await windows.read(folder, everything, 20_000, 5)).entries).toEqual([]);

  const startedMs = performance.now();
  for (let offset = 0; offset < 5000; offset += 100) await windows.read(folder, everything, offset, 100);
  expect((performance.now() - startedMs) / 50).toBeLessThan(60);

  await appendFile(file, log.more('command'));
  const grown = await windows.read(folder, everything, 0, 1);
  expect(grown.revision).toBeGreaterThan(first.revision);
  expect(grown.entries.map(({ what }) => what)).toEqual(['command']);
});

test('a filter counts what fits, and goes on counting', async () => {
  const log = aLog(30);
  const folder = await temporaryFolder({ 'audit.jsonl': log.text });
  const windows = createAuditWindows();
  const ofRun = { ...everything, run: 'run-1', agent: 'implementer' };
  expect((await windows.read(folder, ofRun, 0, 2)).entries.map(({ seq }) => seq)).toEqual([28, 22]);
  expect((await windows.read(folder, ofRun, 0, 2)).total).toBe(5);
  expect((await windows.read(folder, { ...everything, text: 'SRC/7.ts' }, 0, 9)).entries.map(({ seq }) => seq)).toEqual(
    [7],
  );
});

test('a log that was cut or replaced is read anew, and what is no entry is left out', async () => {
  const folder = await temporaryFolder({ 'audit.jsonl': aLog(5).text });
  const windows = createAuditWindows();
  const file = path.join(folder, 'audit.jsonl');
  expect((await windows.read(folder, everything, 0, 9)).total).toBe(5);
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, `${lines.slice(0, 2).join('\n')}\nno entry\n${'x'.repeat(2_000_000)}\n${lines[2]}\nhalf a li`);
  const { total, entries } = await windows.read(folder, everything, 0, 9);
  expect([total, entries.map(({ seq }) => seq)]).toEqual([5, [2, 1, 0]]);
});

test.each([true, false])('a window goes over all segments, and on over a rotation (indexed: %s)', async (isIndexed) => {
  const folder = await temporaryFolder();
  const lines = writeSegments(
    folder,
    Array.from({ length: 100 }, (_, n) => aContent(n)),
    30,
  );
  if (isIndexed) await indexMissing(folder);
  const windows = createAuditWindows();
  const seqs = async (filter: Partial<Parameters<typeof windows.read>[1]>, offset = 0, limit = 5) => {
    const { total, entries } = await windows.read(folder, { ...everything, ...filter }, offset, limit);
    return [total, entries.map(({ seq }) => seq)];
  };
  expect(await seqs({})).toEqual([100, [99, 98, 97, 96, 95]]);
  expect(await seqs({}, 8)).toEqual([100, [91, 90, 89, 88, 87]]);
  expect(await seqs({}, 98)).toEqual([100, [1, 0]]);
  expect(await seqs({ task: 'task-2' }, 1, 3)).toEqual([20, [92, 87, 82]]);
  expect(await seqs({ task: 'task-2', run: 'run-1' })).toEqual([7, [97, 82, 67, 52, 37]]);
  expect(await seqs({ phase: 'act', from: '2026-03-01T00:58:00Z', to: '2026-03-01T01:01:00Z' })).toEqual([
    4,
    [61, 60, 59, 58],
  ]);
  expect(await seqs({ from: 'yesterday' })).toEqual([0, []]);
  const { revision } = await windows.read(folder, everything, 0, 1);
  expect((await windows.read(folder, everything, 0, 1)).revision).toBe(revision);

  await rename(path.join(folder, 'audit.jsonl'), path.join(folder, 'audit-90.jsonl'));
  await writeFile(path.join(folder, 'audit.jsonl'), (lines[99] ?? '').replace('"seq":99', '"seq":100'));
  expect(await seqs({ task: 'task-4' }, 0, 2)).toEqual([21, [100, 99]]);
  await rm(path.join(folder, 'audit-0.jsonl'));
  expect(await seqs({})).toEqual([71, [100, 99, 98, 97, 96]]);
  expect((await windows.read(folder, everything, 0, 1)).revision).toBeGreaterThan(revision);
});
