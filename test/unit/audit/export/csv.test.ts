import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anEntry, deceiving, exported, hostileTexts } from './anEntry.ts';

/** RFC 4180 read back, written without a look at what writes it. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at += 1;
      for (; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (text[at] === '"') at += 1;
        cell += text[at] ?? '';
      }
      at += 1;
    } else {
      for (; at < text.length && text[at] !== ',' && text[at] !== '\r'; at += 1) cell += text[at] ?? '';
    }
    row.push(cell);
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

test('CSV has a header and one row an entry', () => {
  const [head, row] = parseCsv(exported('csv', anEntry()));
  expect(Object.fromEntries((head ?? []).map((name, index) => [name, row?.[index]]))).toEqual({
    seq: '41',
    timestamp: '2026-03-01T10:20:30.456Z',
    who: 'implementer',
    what: 'file_write',
    where: 'src/greet.ts',
    why: 'Add a greeting',
    task_id: 'task-1',
    run_id: 'run-1',
    phase: 'act',
    agent: 'implementer',
    swarm: 'engineering',
    provider: '',
    model: '',
    stage: 'decision',
    decision: 'DENY',
    result: 'refused',
    reason: 'outside allowed_paths',
    by: '',
    input_tokens: '100',
    output_tokens: '20',
    cost_usd: '0.25',
    duration_ms: '12',
    metadata: JSON.stringify(anEntry().metadata),
    previousHash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
  });
});

test('a log without entries is a header', () => {
  expect(exported('csv').split('\r\n')).toEqual([expect.stringMatching(/^seq,timestamp,/), '']);
});

test.each(hostileTexts)('CSV keeps %j in its cell, and no cell is a formula', (text) => {
  const metadata = { reason: text, [text]: text, n: -5 };
  const csv = exported('csv', anEntry({ who: text, where: text, why: text, metadata }));
  const [head = [], row = []] = parseCsv(csv);
  expect(row).toHaveLength(head.length);
  for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
  expect(csv).not.toMatch(deceiving);
  const all: unknown = JSON.parse(row[head.indexOf('metadata')] ?? '');
  expect(all).toEqual(metadata);
});

test('whatever an entry holds, its row has all cells and the next entry is in the next row', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts))), (texts) => {
      const [who = null, where = null, why = null, reason = null] = texts;
      const rows = parseCsv(exported('csv', anEntry({ who, where, why, metadata: { reason } }), anEntry({ seq: 42 })));
      expect(rows.map((row) => [row.length, row[0]])).toEqual([
        [25, 'seq'],
        [25, '41'],
        [25, '42'],
      ]);
    }),
  );
});
