import type { AuditState, AuditVerification } from '#protocol/audit';
import { auditTitle, completenessWords, faultSentence, integrityWords, keepAsItIs } from '#protocol/auditWords';
import { count } from '../shared/count.ts';
import type { IconName } from '../shared/icon.ts';

export type Tone = 'good' | 'bad' | 'doubtful' | 'busy' | 'calm';

/** One of the two verdicts: a word, and what it means here. */
export interface VerdictWords {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
  readonly sentence: string;
}

export interface ChainWords {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly title: string;
  /** What there is to say besides the verdicts; null where they say it all. */
  readonly note: string | null;
  /** Null where nothing was verified. */
  readonly verdicts: { readonly integrity: VerdictWords; readonly completeness: VerdictWords } | null;
}

/** The state of the chain in words: whether nothing was altered, and whether nothing is missing. */
export function chainWords(
  { isAbsent, isDisabled, verification, message }: AuditState,
  isVerifying: boolean,
): ChainWords {
  if (isVerifying) {
    const note = 'Every entry is being checked against the one before it, and against what was signed.';
    return { icon: 'running', tone: 'busy', title: 'Verifying', note, verdicts: null };
  }
  if (isAbsent) return { icon: 'info', tone: 'busy', title: 'No audit log yet', note: message, verdicts: null };
  if (verification === null) {
    const note = message || 'Verify the chain to know whether the log is intact and complete.';
    return { icon: 'unknown', tone: 'doubtful', title: 'Not verified yet', note, verdicts: null };
  }
  const { valid, completeness } = verification;
  // What was not recorded is not missing from the chain, and yet nobody can look it up.
  const isProved = valid && completeness === 'complete' && !isDisabled;
  return {
    icon: isProved ? 'chain' : valid ? 'warning' : 'broken',
    tone: isProved ? 'good' : valid ? 'doubtful' : 'bad',
    title: `${auditTitle(verification)}${isDisabled ? '; switched off' : ''}`,
    note: valid ? null : keepAsItIs('the log'),
    verdicts: { integrity: integrityOf(verification), completeness: completenessOf(verification) },
  };
}

/** Both verdicts as one text, for readers of the screen. */
export function spokenChain({ title, note, verdicts }: ChainWords): string {
  const parts =
    verdicts === null ? [] : [`Integrity: ${said(verdicts.integrity)}`, `Completeness: ${said(verdicts.completeness)}`];
  return [`${title}.`, ...parts, ...(note === null ? [] : [note])].join(' ');
}

function integrityOf({ integrity, entries, error }: AuditVerification): VerdictWords {
  const word = integrityWords[integrity];
  if (integrity === 'altered') {
    const sentence = `${faultSentence(error, 'integrity') ?? 'What is here is not what was written'}.`;
    return { icon: 'failed', tone: 'bad', word, sentence };
  }
  if (entries === 0) return { icon: 'unknown', tone: 'calm', word: 'Nothing to check', sentence: 'No entry is left.' };
  const each = entries === 1 ? 'the only entry' : `each of the ${count(entries, 'entry', 'entries')} here`;
  return { icon: 'passed', tone: 'good', word, sentence: `Nothing was altered: ${each} is as it was written.` };
}

function completenessOf({ completeness, entries, firstSeq, error, checkpoints }: AuditVerification): VerdictWords {
  const word = completenessWords[completeness];
  switch (completeness) {
    case 'complete': {
      const isSigned = checkpoints.size !== null && checkpoints.size >= firstSeq + entries;
      const by = isSigned ? 'a signature covers the last entry' : 'it reaches as far as is known of it';
      return { icon: 'passed', tone: 'good', word, sentence: `Nothing is missing: ${by}.` };
    }
    case 'incomplete':
      return {
        icon: 'failed',
        tone: 'bad',
        word,
        sentence: `${faultSentence(error, 'completeness') ?? 'Entries that were here are missing'}.`,
      };
    case 'unproved': {
      const sentence =
        'Nothing outside of the entries says how many there must be. A cut end would not be noticed, nor a log that was rewritten as a whole.';
      return { icon: 'unknown', tone: 'doubtful', word, sentence };
    }
    default:
      return completeness satisfies never;
  }
}

function said({ word, sentence }: VerdictWords): string {
  return `${word}. ${sentence}`;
}
