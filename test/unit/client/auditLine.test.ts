import { expect, test } from 'vitest';
import type { AuditVerification } from '#protocol/audit';
import { aVerification } from '../../pages/aVerification.ts';
import { auditLine, auditStanding, auditVerdicts, toastOf } from '../../../client/src/auditLine.ts';

const complete = aVerification({ entries: 148, completeness: 'complete' });
const unproved = aVerification({ entries: 1 });
const altered = aVerification({
  entries: 148,
  valid: false,
  brokenAt: 5,
  integrity: 'altered',
  error: 'The audit log is not intact: entry 5 was changed after it was written',
});
const cut = aVerification({
  entries: 146,
  valid: false,
  brokenAt: 146,
  completeness: 'incomplete',
  error: 'The audit log is not complete: entries 146 to 147 are missing at its end',
});

test.each<[AuditVerification, string, string, string, RegExp]>([
  [
    complete,
    'good',
    'Audit log: intact and complete (148 entries)',
    'Integrity: intact · Completeness: complete',
    /^Audit log: intact and complete \(148 entries\)$/,
  ],
  [
    unproved,
    'doubtful',
    'Audit log: intact; completeness not proved (1 entry)',
    'Integrity: intact · Completeness: not proved',
    /a cut end would not be noticed$/,
  ],
  [
    altered,
    'bad',
    'Audit log: altered at entry 5 (148 entries)',
    'Integrity: altered · Completeness: not proved',
    /entry 5 was changed .* do not mend it by hand$/,
  ],
  [
    cut,
    'bad',
    'Audit log: incomplete from entry 146 on (146 entries)',
    'Integrity: intact · Completeness: incomplete',
    /146 to 147 are missing/,
  ],
])('a verification in one line: %#', (verification, standing, line, verdicts, toast) => {
  expect(auditStanding({ verification, isDisabled: false })).toBe(standing);
  expect(auditLine({ verification })).toBe(line);
  expect(auditVerdicts(verification)).toBe(verdicts);
  expect(toastOf({ isAbsent: false, isDisabled: false, message: 'long', verification })).toMatch(toast);
});

test('where there is no log, the sidecar says so', () => {
  expect(auditStanding({ verification: null, isDisabled: false })).toBe('unknown');
  expect(auditLine({ verification: null })).toBe(null);
  expect(toastOf({ isAbsent: true, isDisabled: false, message: 'Nothing was recorded', verification: null })).toBe(
    'Nothing was recorded',
  );
});

test('where the log is switched off, that is said each time', () => {
  const state = { isAbsent: false, isDisabled: true, message: 'long', verification: complete };
  expect(auditStanding(state)).toBe('doubtful');
  expect(toastOf(state)).toMatch(/complete \(148 entries\)\. The audit log is switched off \(LOKI_AUDIT_DISABLED\)/);
});
