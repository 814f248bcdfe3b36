import { isKey, keyVariables, readKey } from '../models/key.ts';
import { Failure } from '../base/failure.ts';
import type { Keychain } from './keychain.ts';

/** Where a key was found. */
export type KeyPlace = 'keychain' | 'memory' | 'environment';

/** The keys of providers: the system's keychain first, then this process's memory, then its environment. */
export interface ProviderKeys {
  /** The key of the keychain or of memory, for a run; the environment is read where models are opened. */
  keyOf(provider: string): Promise<string | null>;
  placeOf(provider: string): Promise<KeyPlace | null>;
  keep(provider: string, key: string): Promise<KeepResult>;
  /** Keeps a key as long as this process lives. */
  remember(provider: string, key: string): void;
  remove(provider: string): Promise<boolean>;
  /** Lets go of a key in memory alone: whoever keeps it has removed it. */
  forget(provider: string): void;
  /** How often a key of a provider was removed: who holds one from before must not use it any more. */
  removalsOf(provider: string): number;
  /** Why the keychain could not be read when it was last asked, and the way out; null where it could. */
  problem(): string | null;
  /** Names worth asking about: a keychain is never listed. */
  readonly known: Set<string>;
}

export type KeepResult =
  | { readonly kind: 'kept'; readonly place: KeyPlace }
  | { readonly kind: 'no_keychain'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

export function createProviderKeys(keychain: Keychain, env: NodeJS.ProcessEnv): ProviderKeys {
  const memory = new Map<string, string>();
  const known = new Set(['anthropic', 'openai', 'google', 'azure']);
  const removals = new Map<string, number>();
  const removed = (provider: string): void => void removals.set(provider, (removals.get(provider) ?? 0) + 1);
  return {
    known,
    problem: () => keychain.problem(),
    keyOf: async (provider) => (await keychain.read(provider)) ?? memory.get(provider) ?? null,
    placeOf: async (provider) => {
      if ((await keychain.read(provider)) !== null) return 'keychain';
      if (memory.has(provider)) return 'memory';
      return hasKey(provider, env) ? 'environment' : null;
    },
    keep: async (provider, text) => {
      const key = text.trim();
      if (!isKey(key)) {
        const message =
          'this is no key: it holds spaces, line breaks or other characters that no key has; copy it again, without quotes';
        return { kind: 'refused', message };
      }
      const written = await keychain.write(provider, key);
      if (written.kind === 'unavailable') return { kind: 'no_keychain', message: written.message };
      known.add(provider);
      // The keychain's counts from here on, and an older one must not come back when that is removed.
      memory.delete(provider);
      return { kind: 'kept', place: 'keychain' };
    },
    remember: (provider, text) => {
      const key = text.trim();
      if (!isKey(key))
        throw new Failure('key_missing', `the key for ${provider} is none; set it again, without quotes`);
      known.add(provider);
      memory.set(provider, key);
    },
    remove: async (provider) => {
      const wasInMemory = memory.delete(provider);
      const wasThere = (await keychain.remove(provider)) || wasInMemory;
      if (wasThere) removed(provider);
      return wasThere;
    },
    forget: (provider) => {
      if (memory.delete(provider)) removed(provider);
    },
    removalsOf: (provider) => removals.get(provider) ?? 0,
  };
}

/** In words: where the key of a provider is. */
export function placeInWords(place: KeyPlace, provider: string): string {
  switch (place) {
    case 'keychain':
      return "its key is in the system's keychain";
    case 'memory':
      return 'its key is kept by the editor';
    case 'environment':
      return `its key is in the environment (${keyVariables(provider).join(' or ')})`;
  }
}

function hasKey(provider: string, env: NodeJS.ProcessEnv): boolean {
  try {
    return readKey(provider, env) !== null;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Where the keys are, for those who only show it. A provider that is asked about is known from then on. */
export function keyPlaces(keys: ProviderKeys): { readonly whereIs: (provider: string) => Promise<string | null> } {
  return {
    whereIs: async (provider) => {
      keys.known.add(provider);
      const place = await keys.placeOf(provider);
      return place === null ? null : placeInWords(place, provider);
    },
  };
}
