import type { AuditCompleteness, AuditIntegrity, AuditVerification } from './audit.ts';

// What a verification found, in a few words for people who answer for an audit: the same on every surface.

export const integrityWords: Readonly<Record<AuditIntegrity, string>> = { intact: 'Intact', altered: 'Altered' };

export const completenessWords: Readonly<Record<AuditCompleteness, string>> = {
  complete: 'Complete',
  incomplete: 'Incomplete',
  unproved: 'Not proved',
};

/** Said wherever the log's state is shown, as long as it is so. */
export const auditOff =
  'The audit log is switched off (LOKI_AUDIT_DISABLED): only what matters to security is recorded, and no result can be VERIFIED';

/** The number of the first entry that was altered or that is missing; null where nothing is wrong, or no entry is meant. */
export function brokenEntry({ brokenAt, firstSeq }: AuditVerification): number | null {
  return brokenAt === null ? null : firstSeq + brokenAt;
}

/** What is wrong at the first place where something is. */
export function firstFault({ valid, integrity, completeness, error }: AuditVerification): 'altered' | 'missing' | null {
  if (valid) return null;
  if (integrity === 'intact') return 'missing';
  if (completeness !== 'incomplete') return 'altered';
  return faultSentence(error, 'completeness') === null ? 'altered' : 'missing';
}

/** What verifying says is wrong, where it is about this verdict: it tells of the first fault only. No full stop. */
export function faultSentence(error: string | null, verdict: 'integrity' | 'completeness'): string | null {
  return error?.includes(verdict === 'integrity' ? ' is not intact: ' : ' is not complete: ') === true ? error : null;
}

/** What to do with a log that is not valid. */
export function keepAsItIs(log: string): string {
  return `Keep a copy of ${log} as it is, and tell whoever answers for the audit. Do not mend it by hand.`;
}

/** Both verdicts in one line: `Intact and complete`, `Altered at entry 5`, `Incomplete from entry 151 on`. */
export function auditTitle(verification: AuditVerification): string {
  const { valid, entries, integrity, completeness } = verification;
  if (valid) return completeness === 'complete' ? 'Intact and complete' : 'Intact; completeness not proved';
  const entry = brokenEntry(verification);
  if (integrity === 'altered' && completeness === 'incomplete')
    return `Altered and incomplete${entry === null ? '' : `, first at entry ${entry}`}`;
  if (integrity === 'altered') return entry === null ? 'Altered' : `Altered at entry ${entry}`;
  if (entries === 0) return 'Incomplete: no entry is left';
  return entry === null ? 'Incomplete' : `Incomplete from entry ${entry} on`;
}

/** The eight digits by which people compare keys; the whole key where it has none. */
export function keyFingerprint(key: string): string {
  return key.split('+')[1] ?? key;
}
