import type { AuditVerification } from '#protocol/audit';
import { keyFingerprint } from '#protocol/auditWords';
import { count } from '../shared/count.ts';
import type { IconName } from '../shared/icon.ts';
import { dayAndTime } from '../shared/moment.ts';
import type { Tone } from './chainWords.ts';

/** What is known of the log outside of its entries. */
export interface ProofWords {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
  readonly sentences: readonly string[];
}

export interface CheckpointWords extends ProofWords {
  readonly key: KeyWords | null;
}

export interface KeyWords {
  /** What is copied: a verifier takes the whole key. */
  readonly whole: string;
  readonly fingerprint: string;
  readonly isWeaker: boolean;
  readonly kept: string;
}

export function checkpointWords({ checkpoints, keyProtection }: AuditVerification): CheckpointWords {
  const { count: number, size, at, key, epoch } = checkpoints;
  if (number === 0 || size === null) {
    const sentences = ['No signature vouches for this log.'];
    return { icon: 'unknown', tone: 'doubtful', word: 'None', sentences, key: null };
  }
  const covered = size === 1 ? 'entry 0' : `entries 0 to ${size - 1}`;
  const when = at === null ? '' : `, signed ${dayAndTime(at)}`;
  return {
    icon: 'seal',
    tone: 'good',
    word: `${number.toLocaleString('en-US')} signed`,
    sentences: [`The last covers ${covered}${when}.`],
    key: key === null ? null : keyWords(key, epoch, keyProtection),
  };
}

function keyWords(key: string, epoch: number | null, protection: AuditVerification['keyProtection']): KeyWords {
  const kept = {
    keychain: 'Kept in the keychain of the system.',
    file: 'Weaker: kept in a file. Whoever can read your files can sign with it.',
  };
  const number = epoch === null || epoch === 1 ? '' : ` It is the ${ordinal(epoch)} key of this log.`;
  return {
    whole: key,
    fingerprint: keyFingerprint(key),
    isWeaker: protection === 'file',
    kept: `${protection === null ? 'Where it is kept is not known.' : kept[protection]}${number}`,
  };
}

export function anchorWords({ anchoredTo, entries, firstSeq }: AuditVerification): ProofWords {
  const furthest = Math.max(0, ...anchoredTo.map(({ size }) => size));
  if (furthest === 0) {
    const sentences = ['Somebody with your rights could rewrite everything up to now, and nobody would notice.'];
    return { icon: 'warning', tone: 'doubtful', word: 'Not anchored', sentences };
  }
  const reached = anchoredTo.map(({ by, size, at }) =>
    size === furthest ? `By ${by}, ${dayAndTime(at)}.` : `Up to entry ${size - 1} by ${by}, ${dayAndTime(at)}.`,
  );
  const later = firstSeq + entries - furthest;
  const open =
    later > 0
      ? [`The ${count(later, 'entry', 'entries')} after that, somebody with your rights could still rewrite.`]
      : [];
  return {
    icon: 'anchor',
    tone: 'good',
    word: `Anchored up to entry ${furthest - 1}`,
    sentences: [...reached, ...open],
  };
}

function ordinal(number: number): string {
  const tens = number % 100;
  const ending = tens > 10 && tens < 14 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th');
  return `${number}${ending}`;
}
