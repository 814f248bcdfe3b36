import type { AuditState } from '#protocol/audit';
import { count } from '../shared/count.ts';
import type { IconName } from '../shared/icon.ts';

export interface ChainWords {
  readonly icon: IconName;
  readonly tone: 'good' | 'bad' | 'doubtful' | 'busy';
  readonly title: string;
  readonly integrity: string;
  /** What the chain cannot show; null where there is nothing to say it about. */
  readonly completeness: string | null;
}

const completeness =
  'Not proved. Whether the end was cut off, or the whole log rewritten, is shown by signed checkpoints, which come in a later version.';

/** The state of the chain in words: what is proved, and what is not. */
export function chainWords({ isAbsent, verification, message }: AuditState, isVerifying: boolean): ChainWords {
  if (isVerifying) {
    return {
      icon: 'running',
      tone: 'busy',
      title: 'Verifying',
      integrity: 'Every entry is being checked against the one before it.',
      completeness: null,
    };
  }
  if (isAbsent) {
    return { icon: 'info', tone: 'busy', title: 'No audit log yet', integrity: message, completeness: null };
  }
  if (verification === null) {
    return {
      icon: 'unknown',
      tone: 'doubtful',
      title: 'Not verified yet',
      integrity: message || 'Verify the chain to know whether the log is intact.',
      completeness,
    };
  }
  const { valid, entries, brokenAt, error } = verification;
  if (valid) {
    return {
      icon: 'chain',
      tone: 'good',
      title: 'Valid',
      integrity: `Proved. None of the ${count(entries, 'entry', 'entries')} was changed, removed, added or moved between the first and the last.`,
      completeness,
    };
  }
  const where = brokenAt === null ? '' : ` Entries before ${brokenAt} are intact; from there on nothing is proved.`;
  return {
    icon: 'broken',
    tone: 'bad',
    title: brokenAt === null ? 'Not intact' : `Broken at entry ${brokenAt}`,
    integrity: `${withStop(error ?? message)}${where} Keep a copy of the log as it is, and tell whoever answers for the audit; do not mend it by hand.`,
    completeness: null,
  };
}

export type EntryStanding = 'proved' | 'broken' | 'unproved' | 'unknown';

/** How an entry stands to the last verification. */
export function entryStanding(seq: number, { verification }: AuditState): EntryStanding {
  if (verification === null) return 'unknown';
  if (verification.valid) return seq < verification.entries ? 'proved' : 'unknown';
  if (verification.brokenAt === null) return 'unproved';
  if (seq === verification.brokenAt) return 'broken';
  return seq < verification.brokenAt ? 'proved' : 'unproved';
}

export const standingWords: Readonly<Record<EntryStanding, string>> = {
  proved: 'Intact: it and all before it are as they were written',
  broken: 'The chain breaks here: this entry is not what was written, or does not belong after the one before it',
  unproved: 'Not proved: the chain is broken before it',
  unknown: 'Not verified yet: it was recorded after the last verification, or nothing was verified',
};

function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
