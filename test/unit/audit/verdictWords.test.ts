import { describe, expect, test } from 'vitest';
import { verdictLines, verdictWords } from '../../../server/src/audit/verify/verdictWords.ts';
import { aVerification } from '../../pages/aVerification.ts';

const checkpoints = {
  count: 3,
  size: 40,
  at: '2026-03-01T10:20:30.456Z',
  key: 'loki/0123456789abcdef0123456789abcdef/audit+1a2b3c4d+AV+LtIz5==',
  epoch: 1,
};

describe('what a verification found, in words', () => {
  test('names both verdicts, who signed, and that nothing is anchored', () => {
    const found = aVerification({ entries: 40, completeness: 'complete', checkpoints, keyProtection: 'keychain' });
    expect(verdictLines(found, '/logs')).toEqual([
      'Valid: the audit log is intact and complete (40 entries).',
      '  Integrity:     Intact. Each of the 40 entries that are here is as it was written: none was changed, added or moved.',
      '  Completeness:  Complete. Nothing is missing: the log reaches as far as is signed and known of it.',
      '  Checkpoints:   3 signed, the last on 2026-03-01 at 10:20:30 UTC over the first 40 entries, with the key 1a2b3c4d. It is kept in the keychain of the system.',
      '  Anchors:       Not anchored anywhere: the same user, or an administrator of this machine, could rewrite everything up to now without being noticed.',
    ]);
  });

  test('says what is wrong under the verdict that it belongs to, and what to do', () => {
    const altered = 'The audit log /logs/audit.jsonl is not intact: entry 7 was changed after it was written';
    const words = verdictWords(
      aVerification({ valid: false, entries: 9, brokenAt: 7, error: altered, integrity: 'altered' }),
      '/logs',
    );
    expect(words).toMatchObject({
      title: 'NOT VALID: the audit log is altered (9 entries).',
      integrity: `Altered. ${altered}.`,
      advice: 'Keep a copy of /logs as it is, and tell whoever answers for the audit. Do not mend it by hand.',
    });
    const cut = 'The audit log /logs is not complete: entry 9 is missing at its end: the checkpoint covers 10 entries';
    const both = aVerification({
      valid: false,
      entries: 9,
      brokenAt: 9,
      error: cut,
      integrity: 'altered',
      completeness: 'incomplete',
    });
    expect(verdictWords(both, '/logs')).toMatchObject({
      title: 'NOT VALID: the audit log is altered and not complete (9 entries).',
      integrity: 'Altered. What is here is not what was written.',
      completeness: `Not complete. ${cut}.`,
    });
  });

  test('says where proof ends', () => {
    expect(verdictWords(aVerification({ entries: 1 }), '/logs')).toMatchObject({
      title: 'Valid: the audit log is intact (1 entry); that nothing is missing at its end is not proved.',
      integrity: 'Intact. The only entry is as it was written: none was changed, added or moved.',
      completeness: expect.stringMatching(/^Not proved\. .*a cut end.*rewritten as a whole/),
      checkpoints: 'None. No signature vouches for this log.',
      advice: expect.stringContaining('compare with a copy'),
    });
    const anchored = aVerification({
      entries: 50,
      completeness: 'complete',
      checkpoints: { ...checkpoints, epoch: 2 },
      keyProtection: 'file',
      anchoredTo: [{ by: 'syslog logs.example', size: 30, at: '2026-03-01T09:00:00.000Z' }],
      warnings: ['the last 10 entries are newer'],
    });
    expect(verdictWords(anchored, '/logs')).toMatchObject({
      completeness: 'Complete. Nothing is missing: the log reaches at least as far as is signed and known of it.',
      checkpoints: expect.stringMatching(/1a2b3c4d, number 2 of this log\. It is kept in a file, which is weaker/),
      anchors:
        'Anchored up to entry 29 by syslog logs.example on 2026-03-01 at 09:00:00 UTC. What was written later, the same user or an administrator could still rewrite.',
      warnings: ['The last 10 entries are newer.'],
      advice: null,
    });
  });
});
