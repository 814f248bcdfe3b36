import type { AuditVerification } from '#protocol/audit';
import { faultSentence, keepAsItIs, keyFingerprint } from '#protocol/auditWords';

/** What a verification found, for someone who answers for an audit and need not know what a hash is. Whole sentences. */
export interface VerdictWords {
  /** In a few words. */
  readonly title: string;
  readonly integrity: string;
  readonly completeness: string;
  readonly checkpoints: string;
  readonly anchors: string;
  readonly warnings: readonly string[];
  /** What to do now; null where there is nothing to do. */
  readonly advice: string | null;
}

/** The one place for these words: terminal, editor and the verifier that stands alone say the same. */
export function verdictWords(result: AuditVerification, folder: string): VerdictWords {
  const { valid, error, integrity, completeness } = result;
  return {
    title: titleOf(result),
    integrity:
      integrity === 'intact'
        ? `Intact. ${everyEntry(result)}.`
        : `Altered. ${faultSentence(error, 'integrity') ?? 'What is here is not what was written'}.`,
    completeness: `${completenessOf(result)}.`,
    checkpoints: `${checkpointsOf(result)}.`,
    anchors: `${anchorsOf(result)}.`,
    warnings: result.warnings.map((warning) => `${sentenceCase(warning)}.`),
    advice:
      valid && completeness !== 'unproved'
        ? null
        : valid
          ? 'Where that matters, compare with a copy that is kept elsewhere; the next run that writes this log signs it.'
          : keepAsItIs(folder),
  };
}

/** The same as lines of text. */
export function verdictLines(result: AuditVerification, folder: string): readonly string[] {
  const words = verdictWords(result, folder);
  return [
    words.title,
    `  Integrity:     ${words.integrity}`,
    `  Completeness:  ${words.completeness}`,
    `  Checkpoints:   ${words.checkpoints}`,
    `  Anchors:       ${words.anchors}`,
    ...words.warnings.map((warning) => `  Warning:       ${warning}`),
    ...(words.advice === null ? [] : [words.advice]),
  ];
}

function titleOf({ valid, entries, integrity, completeness }: AuditVerification): string {
  const count = entries === 1 ? '1 entry' : `${entries} entries`;
  if (!valid) {
    const what = [integrity === 'altered' ? 'altered' : null, completeness === 'incomplete' ? 'not complete' : null];
    return `NOT VALID: the audit log is ${what.filter((one) => one !== null).join(' and ')} (${count}).`;
  }
  return completeness === 'complete'
    ? `Valid: the audit log is intact and complete (${count}).`
    : `Valid: the audit log is intact (${count}); that nothing is missing at its end is not proved.`;
}

function everyEntry({ entries }: AuditVerification): string {
  if (entries === 0) return 'There is nothing here that could have been altered';
  const each = entries === 1 ? 'The only entry' : `Each of the ${entries} entries that are here`;
  return `${each} is as it was written: none was changed, added or moved`;
}

function completenessOf(result: AuditVerification): string {
  const { completeness, error } = result;
  switch (completeness) {
    case 'incomplete':
      return `Not complete. ${faultSentence(error, 'completeness') ?? 'Entries are missing'}`;
    case 'unproved':
      return 'Not proved. Nothing outside the entries says how many there must be, so a cut end, or a log rewritten as a whole, would not be noticed';
    case 'complete':
      return `Complete. Nothing is missing: ${coveredBy(result)}`;
  }
}

function coveredBy({ checkpoints, entries, warnings }: AuditVerification): string {
  if (checkpoints.size === null) return 'the log reaches as far as is known of it';
  if (checkpoints.size === entries || warnings.length === 0)
    return 'the log reaches as far as is signed and known of it';
  return 'the log reaches at least as far as is signed and known of it';
}

function checkpointsOf({ checkpoints, keyProtection }: AuditVerification): string {
  const { count, size, at, key, epoch } = checkpoints;
  if (count === 0 || size === null || at === null || key === null) return 'None. No signature vouches for this log';
  const covered = size === 1 ? 'the first entry' : `the first ${size} entries`;
  const number = epoch === null || epoch === 1 ? '' : `, number ${epoch} of this log`;
  const kept =
    keyProtection === 'keychain'
      ? 'It is kept in the keychain of the system'
      : 'It is kept in a file, which is weaker than a keychain: whoever can read the files of this user can sign with it';
  return `${count} signed, the last on ${moment(at)} over ${covered}, with the key ${keyFingerprint(key)}${number}. ${kept}`;
}

function anchorsOf({ anchoredTo }: AuditVerification): string {
  if (anchoredTo.length === 0)
    return 'Not anchored anywhere: the same user, or an administrator of this machine, could rewrite everything up to now without being noticed';
  const reached = anchoredTo.map(({ by, size, at }) => `up to entry ${size - 1} by ${by} on ${moment(at)}`);
  return `Anchored ${reached.join('; ')}. What was written later, the same user or an administrator could still rewrite`;
}

function moment(at: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(at) ? `${at.slice(0, 10)} at ${at.slice(11, 19)} UTC` : at;
}

function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
