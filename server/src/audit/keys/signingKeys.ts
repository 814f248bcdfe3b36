import type { KeyObject } from 'node:crypto';

/** A key of the user's that signs checkpoints. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** The 32 bytes of the Ed25519 key. */
  readonly publicKey: Buffer;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

export type KeyReading =
  | {
      readonly kind: 'keys';
      /** The newest first; at least one. */
      readonly keys: readonly [SigningKey, ...SigningKey[]];
      readonly protection: 'keychain' | 'file';
    }
  /** There are keys, but where they are kept does not answer. `why` is for people. */
  | { readonly kind: 'unavailable'; readonly why: string };

/** All keys of a user, for all of their logs. */
export interface SigningKeys {
  /** Makes the first key where there is none. May take its time: a keychain may ask a person first. */
  read(): Promise<KeyReading>;
  /** Adds a new key, which every log uses from its next opening on. */
  rotate(): Promise<KeyReading>;
}

/** Where secrets are kept that should stand in no file: the system's keychain, handed in by whoever composes. */
export interface KeyVault {
  /** Null where there is none, and where the vault is locked or missing. */
  read(account: string): Promise<string | null>;
  /** `kept` only when it was read back. */
  write(account: string, secret: string): Promise<{ readonly kind: 'kept' } | { readonly kind: 'unavailable' }>;
}
