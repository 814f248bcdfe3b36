import type { AuditState, AuditVerification } from '#protocol/audit';
import { auditOff, auditTitle, completenessWords, integrityWords } from '#protocol/auditWords';
import { count } from './words.ts';

/** How good what is known of a log is: `doubtful` where nothing is wrong and yet not all is proved. */
export type AuditStanding = 'good' | 'doubtful' | 'bad' | 'unknown';

type Standing = Pick<AuditState, 'verification' | 'isDisabled'>;

export function auditStanding({ verification, isDisabled }: Standing): AuditStanding {
  if (verification === null) return 'unknown';
  if (!verification.valid) return 'bad';
  return verification.completeness === 'complete' && !isDisabled ? 'good' : 'doubtful';
}

/** Both verdicts in one line: `Audit log: intact and complete (148 entries)`; null where there is no log. */
export function auditLine({ verification }: Pick<AuditState, 'verification'>): string | null {
  if (verification === null) return null;
  const title = auditTitle(verification);
  return `Audit log: ${title.slice(0, 1).toLowerCase()}${title.slice(1)} (${count(verification.entries, 'entry', 'entries')})`;
}

/** Both verdicts by name: `Integrity: intact · Completeness: not proved`. */
export function auditVerdicts({ integrity, completeness }: AuditVerification): string {
  return `Integrity: ${integrityWords[integrity].toLowerCase()} · Completeness: ${completenessWords[completeness].toLowerCase()}`;
}

/** What a notification has room for: the verdicts, and what is wrong or not proved. */
export function toastOf(state: AuditState): string {
  const said = verdictsOf(state);
  return state.isDisabled ? `${said}. ${auditOff}` : said;
}

function verdictsOf(state: AuditState): string {
  const { verification, message } = state;
  const line = auditLine(state);
  if (verification === null || line === null) return message;
  if (verification.error !== null)
    return `${line}. ${verification.error}. Keep a copy of the log as it is; do not mend it by hand`;
  if (verification.completeness === 'unproved')
    return `${line}. Nothing outside of the entries says how many there must be, so a cut end would not be noticed`;
  return line;
}
