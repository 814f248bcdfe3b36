import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuditState, AuditVerification } from '#protocol/audit';
import { auditTitle, brokenEntry, firstFault, keyFingerprint } from '#protocol/auditWords';
import { aVerification } from '../../pages/aVerification.ts';
import { demoEntries } from '../../pages/fixtures.ts';
import { hashClashes } from '../../../webview/src/audit/breakHashes.ts';
import { chainWords, spokenChain } from '../../../webview/src/audit/chainWords.ts';
import { isCutAtEnd } from '../../../webview/src/audit/endsTooEarly.ts';
import { entryStanding, proofRanges } from '../../../webview/src/audit/entryStanding.ts';
import { anchorWords, checkpointWords } from '../../../webview/src/audit/proofWords.ts';

const signed = { count: 2, size: 100, at: '2026-11-22T09:14:31Z', key: 'loki/5f0c/audit+1c9a04f7+AbCd', epoch: 1 };
const complete = aVerification({
  entries: 148,
  completeness: 'complete',
  checkpoints: { ...signed, size: 148 },
  anchoredTo: [{ by: 'a git note in a remote', size: 60, at: '2026-11-22T09:00:00Z' }],
  keyProtection: 'keychain',
});
const altered = aVerification({
  ...complete,
  valid: false,
  brokenAt: 139,
  integrity: 'altered',
  error: 'The audit log a/audit.jsonl is not intact: entry 139 was changed',
});
const cut = aVerification({
  ...complete,
  valid: false,
  entries: 146,
  brokenAt: 146,
  completeness: 'incomplete',
  error: 'The audit log a is not complete: entries 146 to 147 are missing at its end',
});
const both = aVerification({ ...cut, brokenAt: 3, integrity: 'altered', error: 'The audit log a is not intact: x' });
const gone = aVerification({ ...cut, entries: 0, brokenAt: 0 });
const pruned = aVerification({ ...complete, entries: 48, firstSeq: 100 });
const stateOf = (verification: AuditVerification): AuditState => ({
  isAbsent: false,
  isDisabled: false,
  message: '',
  verification,
});

describe('both verdicts in one line', () => {
  it.each<[AuditVerification, string]>([
    [complete, 'Intact and complete'],
    [aVerification({ entries: 3 }), 'Intact; completeness not proved'],
    [altered, 'Altered at entry 139'],
    [{ ...altered, brokenAt: null }, 'Altered'],
    [cut, 'Incomplete from entry 146 on'],
    [{ ...cut, brokenAt: null }, 'Incomplete'],
    [gone, 'Incomplete: no entry is left'],
    [both, 'Altered and incomplete, first at entry 3'],
    [{ ...altered, entries: 48, brokenAt: 39, firstSeq: 100 }, 'Altered at entry 139'],
  ])('%#', (verification, title) => expect(auditTitle(verification)).toBe(title));

  it('the first fault is told by which verdict is bad, and where both are, by the sentence', () => {
    const second = { ...both, error: 'The audit log a is not complete: x' };
    expect([complete, altered, cut, both, second].map(firstFault)).toEqual([
      null,
      'altered',
      'missing',
      'altered',
      'missing',
    ]);
  });

  it('entries are counted by their numbers, those included that were deleted on purpose', () => {
    expect(brokenEntry({ ...altered, brokenAt: 39, firstSeq: 100 })).toBe(139);
    expect(brokenEntry(complete)).toBe(null);
  });

  it('a key is compared by its eight digits', () => {
    expect([keyFingerprint(signed.key), keyFingerprint('odd')]).toEqual(['1c9a04f7', 'odd']);
  });
});

describe('the verdicts on the page', () => {
  it.each<[string, AuditVerification, string, RegExp, string, RegExp]>([
    ['all is well', complete, 'Intact', /each of the 148 entries/, 'Complete', /a signature covers the last entry/],
    ['one entry', { ...complete, entries: 1 }, 'Intact', /the only entry/, 'Complete', /Nothing is missing/],
    [
      'newer than the signature',
      { ...complete, checkpoints: signed },
      'Intact',
      /as it was written/,
      'Complete',
      /as far as is known/,
    ],
    ['nothing outside', aVerification({ entries: 3 }), 'Intact', /3 entries/, 'Not proved', /cut end would not be/],
    ['altered', altered, 'Altered', /entry 139 was changed\.$/, 'Complete', /Nothing is missing/],
    ['cut', cut, 'Intact', /146 entries/, 'Incomplete', /146 to 147 are missing at its end\.$/],
    ['both', both, 'Altered', /not intact: x\.$/, 'Incomplete', /^Entries that were here are missing\.$/],
    ['gone', gone, 'Nothing to check', /No entry is left/, 'Incomplete', /missing/],
  ])('%s', (_, verification, integrity, why, completeness, because) => {
    const { verdicts } = chainWords(stateOf(verification), false);
    expect([verdicts?.integrity.word, verdicts?.completeness.word]).toEqual([integrity, completeness]);
    expect(verdicts?.integrity.sentence).toMatch(why);
    expect(verdicts?.completeness.sentence).toMatch(because);
  });

  it.each<[string, AuditState, boolean, string, RegExp]>([
    ['while it is verified', stateOf(altered), true, 'Verifying', /checked/],
    [
      'no log',
      { isAbsent: true, isDisabled: false, message: 'nothing yet', verification: null },
      false,
      'No audit log yet',
      /nothing/,
    ],
    [
      'nothing verified',
      { isAbsent: false, isDisabled: false, message: '', verification: null },
      false,
      'Not verified yet',
      /Verify the chain/,
    ],
    ['something is wrong', stateOf(cut), false, 'Incomplete from entry 146 on', /Do not mend it by hand/],
  ])('%s', (_, state, isVerifying, title, note) => {
    const words = chainWords(state, isVerifying);
    expect(words.title).toBe(title);
    expect(words.note).toMatch(note);
  });

  it('the good colour is for what is proved alone', () => {
    const tones = [complete, aVerification({ entries: 3 }), altered, cut].map(
      (one) => chainWords(stateOf(one), false).tone,
    );
    expect(tones).toEqual(['good', 'doubtful', 'bad', 'bad']);
  });

  it('a log that is switched off is never good, however intact', () => {
    const { tone, title } = chainWords({ ...stateOf(complete), isDisabled: true }, false);
    expect([tone, title]).toEqual(['doubtful', 'Intact and complete; switched off']);
  });

  it('readers of the screen hear both', () => {
    expect(spokenChain(chainWords(stateOf(complete), false))).toBe(
      'Intact and complete. Integrity: Intact. Nothing was altered: each of the 148 entries here is as it was written. Completeness: Complete. Nothing is missing: a signature covers the last entry.',
    );
  });
});

describe('what vouches for the log', () => {
  it('checkpoints: how many, up to where, by which key, and where that is kept', () => {
    const words = checkpointWords(complete);
    expect([words.word, words.sentences[0]]).toEqual([
      '2 signed',
      expect.stringMatching(/^The last covers entries 0 to 147, signed .*2026/),
    ]);
    expect(words.key).toEqual({
      whole: signed.key,
      fingerprint: '1c9a04f7',
      isWeaker: false,
      kept: 'Kept in the keychain of the system.',
    });
  });

  it('a key in a file is weaker, and says why', () => {
    const words = checkpointWords({ ...complete, keyProtection: 'file', checkpoints: { ...signed, epoch: 12 } });
    expect(words.key).toMatchObject({ isWeaker: true });
    expect(words.key?.kept).toMatch(/^Weaker: kept in a file\..* It is the 12th key of this log\.$/);
  });

  it('no checkpoint: no signature vouches', () => {
    expect(checkpointWords(aVerification({ entries: 3 }))).toMatchObject({ word: 'None', key: null });
  });

  it('anchors: up to where and by what, and what could still be rewritten', () => {
    expect(anchorWords(complete)).toMatchObject({
      word: 'Anchored up to entry 59',
      sentences: [
        expect.stringMatching(/^By a git note in a remote, /),
        expect.stringMatching(/^The 88 entries after/),
      ],
    });
    expect(anchorWords(aVerification({ entries: 3 }))).toMatchObject({
      word: 'Not anchored',
      sentences: ['Somebody with your rights could rewrite everything up to now, and nobody would notice.'],
    });
  });
});

describe('how an entry is proved', () => {
  it.each<[AuditVerification | null, number, number | null, string]>([
    [complete, 59, null, 'anchored'],
    [complete, 60, null, 'signed'],
    [{ ...complete, checkpoints: signed }, 100, null, 'intact'],
    [complete, 148, null, 'unknown'],
    [altered, 59, null, 'anchored'],
    [altered, 138, null, 'signed'],
    [altered, 139, null, 'altered'],
    [altered, 140, null, 'unproved'],
    [{ ...cut, brokenAt: 139 }, 140, 139, 'gap'],
    [{ ...cut, brokenAt: 139 }, 140, null, 'unproved'],
    [{ ...altered, brokenAt: null }, 3, null, 'unproved'],
    [pruned, 147, 47, 'signed'],
    [null, 3, 3, 'unknown'],
  ])('%#', (verification, seq, place, standing) => {
    expect(entryStanding(seq, place, { isAbsent: false, isDisabled: false, message: '', verification })).toBe(standing);
  });

  it.each<[string, AuditVerification, readonly (readonly [string, number, number])[]]>([
    [
      'signed to the end',
      complete,
      [
        ['signed', 60, 147],
        ['anchored', 0, 59],
      ],
    ],
    [
      'newer ones',
      { ...complete, checkpoints: signed },
      [
        ['intact', 100, 147],
        ['signed', 60, 99],
        ['anchored', 0, 59],
      ],
    ],
    ['nothing vouches', aVerification({ entries: 3 }), [['intact', 0, 2]]],
    [
      'altered',
      altered,
      [
        ['unproved', 139, 147],
        ['signed', 60, 138],
        ['anchored', 0, 59],
      ],
    ],
    [
      'cut',
      cut,
      [
        ['signed', 60, 145],
        ['anchored', 0, 59],
      ],
    ],
    ['gone', gone, []],
    ['pruned', pruned, [['signed', 100, 147]]],
    ['no entry is meant', { ...altered, brokenAt: null }, [['unproved', 0, 147]]],
  ])('the log in parts: %s', (_, verification, parts) => {
    expect(proofRanges(verification).map(({ standing, from, to }) => [standing, from, to])).toEqual(parts);
  });

  it('a cut end is told from a gap', () => {
    expect([cut, { ...cut, brokenAt: 5 }, altered, complete].map(isCutAtEnd)).toEqual([true, false, false, false]);
  });
});

describe('the hashes where the chain breaks', () => {
  const [before, entry] = [demoEntries[138], demoEntries[139]];
  if (before === undefined || entry === undefined) throw new Error('the recorded log is too short');

  it('none clash in an entry as it was written', async () => {
    expect(await hashClashes(entry, before)).toEqual([]);
  });

  it('a changed entry shows the hash it was given and the one it has', async () => {
    const changed = { ...entry, why: 'another reason' };
    const { hash, ...content } = changed;
    const actual = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    expect(await hashClashes(changed, before)).toMatchObject([{ expected: hash, actual }]);
  });

  it('an entry that does not belong after the one before it shows both hashes', async () => {
    const other = { ...before, hash: 'f'.repeat(64) };
    expect(await hashClashes(entry, other)).toMatchObject([{ expected: entry.previousHash, actual: other.hash }]);
    expect(await hashClashes(entry, { ...other, seq: 7 })).toEqual([]);
  });
});
