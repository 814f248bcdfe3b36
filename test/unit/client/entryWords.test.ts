import { expect, test } from 'vitest';
import { entryWords } from '../../../client/src/views/entryWords.ts';
import { outcomeWords } from '../../../webview/src/audit/entryWords.ts';

const entry = (metadata: Readonly<Record<string, unknown>> | null) => ({
  seq: 0,
  timestamp: '',
  who: null,
  what: null,
  where: null,
  why: null,
  metadata,
  previousHash: '',
  hash: '',
});

test.each([
  ['ALLOW', 'allowed'],
  ['DENY', 'refused'],
  ['REQUIRE_APPROVAL', 'approval needed'],
  ['SOMETHING_ELSE', 'SOMETHING_ELSE'],
])('the side bar says of %s what the page says: %s', (decision, words) => {
  expect(entryWords(entry({ decision }))).toEqual({ recorded: decision, shown: words });
  expect(outcomeWords(entry({ decision }))?.text).toBe(words);
});

test('of an outcome the result is said, of other entries nothing', () => {
  expect(entryWords(entry({ result: 'failed' }))?.shown).toBe('failed');
  expect(entryWords(entry(null))).toBeNull();
  expect(entryWords(entry({ run_id: 'run-1' }))).toBeNull();
});
