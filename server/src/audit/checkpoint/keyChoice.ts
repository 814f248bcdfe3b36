import type { KeyReading, SigningKey } from '../keys/signingKeys.ts';
import { noteKeyFor } from './checkpointNotes.ts';
import type { KeyEpoch } from './checkpointText.ts';

/** Which of a user's keys signs about a log right now. */
export type KeyChoice =
  /** The log has no key yet: its first epoch begins. */
  | { readonly kind: 'first'; readonly signer: SigningKey }
  /** The newest key is the log's. */
  | { readonly kind: 'same'; readonly signer: SigningKey }
  /** There is a newer one: a new epoch can begin. */
  | { readonly kind: 'older'; readonly signer: SigningKey; readonly newest: SigningKey }
  /** The log's key is not among the user's. It is never replaced silently. */
  | { readonly kind: 'foreign' };

export function chooseKey(
  logId: string,
  epoch: KeyEpoch | null,
  { keys }: Extract<KeyReading, { kind: 'keys' }>,
): KeyChoice {
  const [newest] = keys;
  if (epoch === null) return { kind: 'first', signer: newest };
  const signer = keys.find((key) => noteKeyFor(logId, key).publicKey.equals(epoch.key.publicKey));
  if (signer === undefined) return { kind: 'foreign' };
  return signer === newest ? { kind: 'same', signer } : { kind: 'older', signer, newest };
}
