import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditEntry } from '#protocol/audit';
import { everyRow, searchFor, type Searched } from '../../../webview/src/audit/searchFor.ts';
import { emptyCache, windowSize, withWindow, type WindowCache } from '../../../webview/src/audit/windowCache.ts';

const entry = (seq: number): AuditEntry => ({
  seq,
  timestamp: '2026-01-01T00:00:00.000Z',
  who: null,
  what: null,
  where: null,
  why: null,
  metadata: null,
  previousHash: '',
  hash: '',
});

/** Searches a list of these numbers, the latest first, window after window as they are asked for. */
function search(seqs: readonly number[], seq: number): { readonly searched: Searched; readonly windows: number } {
  const total = seqs.length;
  const withRow = (cache: WindowCache, row: number): WindowCache => {
    const offset = Math.floor(row / windowSize) * windowSize;
    const entries = seqs.slice(offset, offset + windowSize).map(entry);
    return withWindow(cache, offset, { total, revision: 1, entries });
  };
  let cache = withRow(emptyCache, 0);
  let span = everyRow;
  for (let windows = 1; ; windows += 1) {
    const searched = searchFor(cache, seq, span);
    if (searched.kind !== 'unknown') return { searched, windows };
    ({ span } = searched);
    cache = withRow(cache, searched.row);
  }
}

test('an entry of an unfiltered list is found at the first look', () => {
  const seqs = Array.from({ length: 12_000 }, (_, row) => 11_999 - row);
  expect(search(seqs, 4321)).toEqual({ searched: { kind: 'found', row: 7678 }, windows: 2 });
  expect(search(seqs, 11_990)).toEqual({ searched: { kind: 'found', row: 9 }, windows: 1 });
});

test('an entry of a filtered list is found, and one that is not in it is said to be absent where it would be', () => {
  const lists = fc.uniqueArray(fc.nat(20_000), { minLength: 1, maxLength: 900 });
  fc.assert(
    fc.property(lists, fc.nat(20_000), (numbers, seq) => {
      const seqs = numbers.toSorted((a, b) => b - a);
      const { searched, windows } = search(seqs, seq);
      const row = seqs.indexOf(seq);
      if (row >= 0) expect(searched).toEqual({ kind: 'found', row });
      else {
        const place = seqs.filter((other) => other > seq).length;
        expect(searched).toEqual({ kind: 'absent', row: Math.min(place, seqs.length - 1) });
      }
      expect(windows).toBeLessThan(12);
    }),
  );
});

test('an empty list has no entry', () => {
  expect(search([], 3).searched).toEqual({ kind: 'absent', row: 0 });
});
