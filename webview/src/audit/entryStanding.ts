import type { AuditState, AuditVerification } from '#protocol/audit';
import { brokenEntry, firstFault } from '#protocol/auditWords';

/** How an entry stands to the last verification, from the best proof to none. */
export type EntryStanding = 'anchored' | 'signed' | 'intact' | 'altered' | 'gap' | 'unproved' | 'unknown';

export const standingWords: Readonly<Record<EntryStanding, { readonly short: string; readonly long: string }>> = {
  anchored: {
    short: 'anchored',
    long: 'Intact, signed and anchored: a copy outside of this machine would show any change of it',
  },
  signed: { short: 'signed', long: 'Intact and signed; not yet anchored outside of this machine' },
  intact: { short: 'not signed', long: 'Intact in the chain; no signature covers it yet' },
  altered: {
    short: 'altered',
    long: 'The chain breaks here: this entry is not what was written, or does not belong after the one before it',
  },
  gap: { short: 'entries missing before it', long: 'The chain breaks here: entries are missing before this one' },
  unproved: { short: 'not proved', long: 'Not proved: something is wrong before it' },
  unknown: {
    short: 'not verified',
    long: 'Not verified yet: it was recorded after the last verification, or nothing was verified',
  },
};

/** Whether an entry is the place at which the log is broken. */
export function isBreak(standing: EntryStanding): boolean {
  return standing === 'altered' || standing === 'gap';
}

/** `place` is its index among all the lines that are there; null where that is not known. */
export function entryStanding(seq: number, place: number | null, { verification }: AuditState): EntryStanding {
  if (verification === null) return 'unknown';
  const { valid, entries, brokenAt, firstSeq } = verification;
  const broken = brokenEntry(verification);
  if (valid) return seq < firstSeq + entries ? sealOf(seq, verification) : 'unknown';
  if (brokenAt === null || broken === null) return 'unproved';
  if (seq < broken) return sealOf(seq, verification);
  // Where entries are missing, the next one that is there shows the break: its number is higher than its place.
  if (firstFault(verification) === 'missing') return place === brokenAt ? 'gap' : 'unproved';
  return seq === broken ? 'altered' : 'unproved';
}

/** A part of the log, from its first entry to its last, and how it is proved. */
export interface ProofRange {
  readonly standing: EntryStanding;
  readonly from: number;
  readonly to: number;
}

/** The log in parts that are proved alike, the latest first, as the list is. */
export function proofRanges(verification: AuditVerification): readonly ProofRange[] {
  const { valid, entries, firstSeq } = verification;
  const broken = brokenEntry(verification);
  const end = firstSeq + entries;
  if (!valid && broken === null) return entries === 0 ? [] : [{ standing: 'unproved', from: firstSeq, to: end - 1 }];
  const good = valid || broken === null ? end : Math.min(end, broken);
  const signed = Math.min(good, Math.max(anchoredSize(verification), verification.checkpoints.size ?? 0));
  const anchored = Math.min(good, anchoredSize(verification));
  const ranges: readonly ProofRange[] = [
    { standing: 'unproved', from: good, to: end - 1 },
    { standing: 'intact', from: Math.max(firstSeq, signed), to: good - 1 },
    { standing: 'signed', from: Math.max(firstSeq, anchored), to: signed - 1 },
    { standing: 'anchored', from: firstSeq, to: anchored - 1 },
  ];
  return ranges.filter(({ from, to }) => to >= from);
}

function sealOf(seq: number, verification: AuditVerification): EntryStanding {
  if (seq < anchoredSize(verification)) return 'anchored';
  return seq < (verification.checkpoints.size ?? 0) ? 'signed' : 'intact';
}

function anchoredSize({ anchoredTo }: AuditVerification): number {
  return Math.max(0, ...anchoredTo.map(({ size }) => size));
}
