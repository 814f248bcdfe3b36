/** The operating system's keychain, as far as Loki uses it: one key for each provider, under the service `loki`. */
export interface Keychain {
  /** The key of a provider; null where there is none, where the keychain is locked, and where there is no keychain. */
  read(provider: string): Promise<string | null>;
  /** `kept` only when the key was read back: some keychains take a key and lose it. */
  write(provider: string, key: string): Promise<WriteResult>;
  /** Whether there was one. */
  remove(provider: string): Promise<boolean>;
  /** Why the last reading found no keychain, and the way out; null where there is one. A locked one reads as empty. */
  problem(): string | null;
}

export type WriteResult =
  | { readonly kind: 'kept' }
  /** `message` says why, and the way out. */
  | { readonly kind: 'unavailable'; readonly message: string };
