import { Failure } from '../base/failure.ts';
import type { Git } from './git.ts';
import type { Setting } from './gitEnvironment.ts';
import { readSettings, type ConfigSetting } from './gitSettings.ts';
import { readRemoteAddress, type RemoteAddress } from './remoteAddress.ts';
import { remoteAddresses } from './remoteAddresses.ts';

// How git may reach one remote. Everything else that could be started on the way stays switched off: only the protocol of
// its address is allowed, ssh is the plain one that asks nothing, and helpers for passwords are those of the user and the
// system, never the repository's.

export interface RemoteAccess extends RemoteAddress {
  /** The address as git uses it. */
  readonly url: string;
  /** The user's own helpers for passwords. */
  readonly credentials: readonly Setting[];
}

/** The address of a remote; a failure says what to do where there is none, or none that is reached. */
export async function remoteAccess(repo: Git, remote: string, signal?: AbortSignal): Promise<RemoteAccess> {
  const found = await repo.attempt(['remote', 'get-url', '--push', remote], { signal });
  const url = found.stdout.toString().split('\n')[0]?.trim() ?? '';
  if (found.exitCode !== 0 || url === '')
    throw new Failure('git_failed', `the repository has no remote ${remote}; add it, or configure another one`);
  const address = readRemoteAddress(url);
  if (address === null)
    throw new Failure('git_failed', `the address of the remote ${remote} is none of https, http, ssh or a folder`);
  const settings = await readSettings(repo, signal);
  // Git is given the address, reads it as it reads a name, and may find that it stands for another.
  const used = remoteAddresses(url, settings);
  if (used === null || [...used.pushes, ...used.fetches].some((other) => other !== url))
    throw new Failure(
      'git_failed',
      `the configuration of git leads the address of the remote ${remote} on to another one; correct its url.….insteadOf`,
    );
  return { url, ...address, credentials: userCredentials(settings) };
}

function userCredentials(settings: readonly ConfigSetting[]): readonly Setting[] {
  return settings.flatMap(({ scope, key, value }): Setting[] =>
    key.startsWith('credential.') && (scope === 'system' || scope === 'global') ? [[key, value]] : [],
  );
}
