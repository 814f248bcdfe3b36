import { describe, expect, it } from 'vitest';
import type { AuditState } from '#protocol/audit';
import { longLog } from '../../pages/fixtures.ts';
import { chainWords, entryStanding } from '../../../webview/src/audit/chainWords.ts';
import { openRequests } from '../../../webview/src/audit/openRequests.ts';
import { scrollTopShowing, visibleRange } from '../../../webview/src/audit/visibleRange.ts';
import { emptyCache, entryAt, missingOffsets, windowSize, withWindow } from '../../../webview/src/audit/windowCache.ts';

const log = longLog(1000);
const window = (offset: number, revision: number, total = log.length) => ({
  total,
  revision,
  entries: log.slice(offset, offset + windowSize),
});

describe('windows over a long log', () => {
  it('an entry is found where its window has come', () => {
    const cache = withWindow(withWindow(emptyCache, 0, window(0, 1)), 300, window(300, 1));
    expect([entryAt(cache, 5)?.seq, entryAt(cache, 305)?.seq, entryAt(cache, 150)]).toEqual([5, 305, null]);
    expect(missingOffsets(cache, 90, 310)).toEqual([100, 200]);
  });

  it('a later revision drops what came before it, an earlier one is not taken', () => {
    const grown = withWindow(withWindow(emptyCache, 0, window(0, 1)), 100, window(100, 2, 1001));
    expect([entryAt(grown, 5), entryAt(grown, 105)?.seq, grown.total]).toEqual([null, 105, 1001]);
    expect(withWindow(grown, 0, window(0, 1))).toBe(grown);
  });

  it('nothing is asked for beyond the end', () => {
    expect(missingOffsets({ ...emptyCache, total: 150 }, 0, 5000)).toEqual([0, 100]);
    expect(missingOffsets(emptyCache, 0, 20)).toEqual([0]);
  });

  it('however far one scrolls, only some windows are kept', () => {
    let cache = emptyCache;
    for (let offset = 0; offset < 100_000; offset += windowSize) {
      cache = withWindow(cache, offset, { total: 100_000, revision: 1, entries: log.slice(0, windowSize) });
    }
    expect(cache.windows.size).toBeLessThanOrEqual(31);
  });

  it('an answer to a question that was taken back is not shown', () => {
    const posted: unknown[] = [];
    const requests = openRequests((message) => posted.push(message));
    const filter = { run: null, agent: null, decision: null, text: null };
    requests.ask(filter, 0);
    requests.ask(filter, 0);
    requests.forget();
    requests.ask({ ...filter, text: 'x' }, 0);
    expect(posted).toMatchObject([{ request: 1 }, { request: 2, filter: { text: 'x' } }]);
    expect([requests.take(1), requests.take(2), requests.take(2)]).toEqual([false, true, false]);
  });
});

describe('what of a list is drawn', () => {
  it.each([
    [0, 260, 26, 1000, { first: 0, end: 18 }],
    [2600, 260, 26, 1000, { first: 92, end: 118 }],
    [26_000, 260, 26, 1000, { first: 992, end: 1000 }],
    [0, 260, 26, 0, { first: 0, end: 0 }],
  ])('scrolled to %d', (scrollTop, height, rowHeight, total, range) => {
    expect(visibleRange(scrollTop, height, rowHeight, total)).toEqual(range);
  });
  it.each([
    [0, 100, 0],
    [5, 100, 100],
    [20, 100, 286],
  ])('row %d is brought into sight', (row, scrollTop, expected) => {
    expect(scrollTopShowing(row, scrollTop, 260, 26)).toBe(row === 5 ? 100 : expected);
  });
});

describe('the chain in words', () => {
  const valid: AuditState = {
    isAbsent: false,
    message: '',
    verification: { valid: true, entries: 148, brokenAt: null, error: null },
  };
  const broken: AuditState = {
    isAbsent: false,
    message: '',
    verification: { valid: false, entries: 148, brokenAt: 139, error: 'entry 139 is bad' },
  };
  it.each<readonly [string, AuditState, boolean, string, RegExp]>([
    ['a valid log', valid, false, 'Valid', /^Proved\. None of the 148 entries was changed/],
    [
      'a broken one',
      broken,
      false,
      'Broken at entry 139',
      /^entry 139 is bad\. Entries before 139 are intact; .*do not mend it/,
    ],
    ['while it is verified', broken, true, 'Verifying', /checked/],
    [
      'no log',
      { isAbsent: true, message: 'nothing yet', verification: null },
      false,
      'No audit log yet',
      /nothing yet/,
    ],
    [
      'nothing verified',
      { isAbsent: false, message: '', verification: null },
      false,
      'Not verified yet',
      /Verify the chain/,
    ],
  ])('%s', (_, state, isVerifying, title, integrity) => {
    const words = chainWords(state, isVerifying);
    expect(words.title).toBe(title);
    expect(words.integrity).toMatch(integrity);
  });

  it('completeness is never claimed', () => {
    expect(chainWords(valid, false).completeness).toMatch(/^Not proved/);
  });

  it.each([
    [valid, 147, 'proved'],
    [valid, 148, 'unknown'],
    [broken, 138, 'proved'],
    [broken, 139, 'broken'],
    [broken, 140, 'unproved'],
    [{ ...valid, verification: null }, 3, 'unknown'],
  ] as const)('an entry stands to the verification: %#', (state, seq, standing) => {
    expect(entryStanding(seq, state)).toBe(standing);
  });
});
