import { hash } from 'node:crypto';
import type { AuditEntry } from '#protocol/audit';

// Personal values as the log has them: a commitment in place of each, and the value beside the chain, where it can be
// erased. Pure. Without the salt, which goes with the value, a commitment says nothing about it, not even to who guesses.

/** What is kept beside the chain for a commitment. */
export interface CommittedValue {
  /** 32 random bytes, in hexadecimal. */
  readonly salt: string;
  readonly value: string;
}

/** `commitment:` and the SHA-256 of the bytes of the salt and the value in UTF-8. */
export function commitmentTo({ salt, value }: CommittedValue): string {
  const bytes = Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(value, 'utf8')]);
  return `commitment:${hash('sha256', bytes, 'hex')}`;
}

export function isCommitment(text: unknown): text is string {
  return typeof text === 'string' && /^commitment:[0-9a-f]{64}$/.test(text);
}

/** The part of an entry that personal values are in. */
export type WithPersonal = Pick<AuditEntry, 'who' | 'what' | 'why' | 'metadata'>;

/**
 * The same with every personal value replaced: who acted where it is a person, who answered (`by`), and free text: what
 * something was done for (`why`, in the first entry of a run the task), and what a person gave as a reason. What the log
 * says about itself is no free text.
 */
export function mapPersonal<T extends WithPersonal>(entry: T, map: (value: string) => string): T {
  const { who, what, why, metadata } = entry;
  const isOwn = what !== null && what.startsWith('audit_');
  const mapped = {
    ...entry,
    who: who !== null && isPerson(who) ? map(who) : who,
    why: why !== null && why !== '' && !isOwn ? map(why) : why,
  };
  if (metadata === null) return mapped;
  const members: Record<string, unknown> = {};
  if (typeof metadata['by'] === 'string' && metadata['by'] !== '') members['by'] = map(metadata['by']);
  if (what === 'approval' && typeof metadata['reason'] === 'string' && metadata['reason'] !== '')
    members['reason'] = map(metadata['reason']);
  return { ...mapped, metadata: { ...metadata, ...members } };
}

/** Whether an actor is a person, and neither an agent nor Loki itself. */
export function isPerson(who: string): boolean {
  return /^(os|oidc|key|user):./s.test(who);
}

/** The commitments in an entry, each as often as it is there. */
export function commitmentsIn({ who, why, metadata }: WithPersonal): readonly string[] {
  return [who, why, metadata?.['by'], metadata?.['reason']].filter(isCommitment);
}

/** The same entry with what the commitments in it stand for; the very same object where there are none. */
export function withValues<T extends WithPersonal>(entry: T, valueOf: (commitment: string) => string): T {
  if (commitmentsIn(entry).length === 0) return entry;
  const read = (text: string | null): string | null => (isCommitment(text) ? valueOf(text) : text);
  const { metadata } = entry;
  const members = Object.fromEntries(
    ['by', 'reason'].flatMap((name) => {
      const value = metadata?.[name];
      return isCommitment(value) ? [[name, valueOf(value)]] : [];
    }),
  );
  return {
    ...entry,
    who: read(entry.who),
    why: read(entry.why),
    metadata: metadata === null ? null : { ...metadata, ...members },
  };
}
