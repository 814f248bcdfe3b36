import type { Disposable } from 'vscode';
import { keyForget, keyRemember } from '#protocol/key';
import type { Client } from './client.ts';

// Where the system has no keychain, the editor keeps a provider's key in its own secret storage, and the sidecar holds it
// in memory alone. Only the names of such providers are kept in the open.

const listed = 'loki.keptKeys';
const prefix = 'loki.key.';
const secretOf = (provider: string): string => `${prefix}${provider}`;

type Kept = Pick<Client, 'extension' | 'sidecar'>;

export async function rememberKey({ extension, sidecar }: Kept, provider: string, key: string): Promise<void> {
  await sidecar.ask(keyRemember, { provider, key });
  await extension.secrets.store(secretOf(provider), key);
  await extension.globalState.update(listed, [...new Set([...namesOf(extension), provider])]);
}

/** Forgets a key; false when there was none here. */
export async function forgetKey({ extension }: Pick<Kept, 'extension'>, provider: string): Promise<boolean> {
  const names = namesOf(extension);
  await extension.secrets.delete(secretOf(provider));
  await extension.globalState.update(
    listed,
    names.filter((name) => name !== provider),
  );
  return names.includes(provider);
}

/**
 * Hands the kept keys to a sidecar that has just started. Answers with the providers whose key the editor has not kept:
 * where it has no place of its own for secrets either, they end with its window. They are forgotten, and told once.
 */
export async function handOverKeys({ extension, sidecar }: Kept): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const provider of namesOf(extension)) {
    const key = await extension.secrets.get(secretOf(provider));
    if (key === undefined) lost.push(provider);
    else await sidecar.ask(keyRemember, { provider, key });
  }
  if (lost.length > 0) {
    const left = namesOf(extension).filter((name) => !lost.includes(name));
    await extension.globalState.update(listed, left);
  }
  return lost;
}

/** Hands over what another window keeps, and takes away what it removes: each window has a sidecar of its own. */
export function followKeptKeys({ extension, sidecar }: Kept, failed: (error: unknown) => void): Disposable {
  const follow = async (provider: string): Promise<void> => {
    const key = await extension.secrets.get(secretOf(provider));
    if (key === undefined) await sidecar.ask(keyForget, { provider });
    else await sidecar.ask(keyRemember, { provider, key });
  };
  return extension.secrets.onDidChange(({ key: secret }) => {
    // One that does not run has nothing to forget, and is handed what is kept when it starts.
    if (!secret.startsWith(prefix) || sidecar.state.kind !== 'ready') return;
    follow(secret.slice(prefix.length)).catch(failed);
  });
}

function namesOf(extension: Kept['extension']): readonly string[] {
  const value = extension.globalState.get<unknown>(listed);
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
