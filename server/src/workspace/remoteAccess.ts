import { Failure } from '../base/failure.ts';
import type { Git } from './git.ts';
import { splitNames } from './git.ts';
import type { Setting } from './gitEnvironment.ts';

// How git may reach one remote. Everything else that could be started on the way stays switched off: only the protocol of
// its address is allowed, ssh is the plain one that asks nothing, and helpers for passwords are those of the user and the
// system, never the repository's.

export interface RemoteAccess {
  /** The address as git uses it. */
  readonly url: string;
  /** The address for people, without a password. */
  readonly shown: string;
  readonly protocol: 'file' | 'ssh' | 'https' | 'http';
  /** It is on this machine. */
  readonly isNear: boolean;
  /** The user's own helpers for passwords. */
  readonly credentials: readonly Setting[];
}

/** The address of a remote; a failure says what to do where there is none, or none that is reached. */
export async function remoteAccess(repo: Git, remote: string, signal?: AbortSignal): Promise<RemoteAccess> {
  const found = await repo.attempt(['remote', 'get-url', '--push', remote], { signal });
  const url = found.stdout.toString().split('\n')[0]?.trim() ?? '';
  if (found.exitCode !== 0 || url === '')
    throw new Failure('git_failed', `the repository has no remote ${remote}; add it, or configure another one`);
  const place = placeOf(url);
  if (place === null)
    throw new Failure('git_failed', `the address of the remote ${remote} is none of https, http, ssh or a folder`);
  return { url, ...place, credentials: await userCredentials(repo, signal) };
}

function placeOf(url: string): Pick<RemoteAccess, 'shown' | 'protocol' | 'isNear'> | null {
  const parsed = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? URL.parse(url) : null;
  if (parsed !== null) {
    const protocol = parsed.protocol.slice(0, -1);
    if (protocol !== 'file' && protocol !== 'ssh' && protocol !== 'https' && protocol !== 'http') return null;
    const isNear = protocol === 'file' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname);
    return { shown: `${protocol}://${parsed.host}${parsed.pathname}`, protocol, isNear };
  }
  // A path, as git tells it from `host:path`: a colon before the first slash means a host.
  if (/^(\/|\.\.?\/)/.test(url) || /^[A-Za-z]:[\\/]/.test(url)) return { shown: url, protocol: 'file', isNear: true };
  const [, host = '', path = ''] = /^(?:[^@/:]+@)?(\[[^\]]+\]|[^:/[]+):(?!:)(.+)$/.exec(url) ?? [];
  if (host === '' || url.startsWith('-')) return null;
  return { shown: `${host}:${path}`, protocol: 'ssh', isNear: /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host) };
}

async function userCredentials(repo: Git, signal?: AbortSignal): Promise<readonly Setting[]> {
  const args = ['config', '--show-scope', '--null', '--get-regexp', String.raw`^credential\.`];
  const listed = await repo.attempt(args, { signal });
  // Scope and setting alternate; a setting is its key, a line feed and its value.
  const parts = splitNames(listed.stdout.toString());
  return parts.flatMap((scope, index): Setting[] => {
    const setting = parts[index + 1] ?? '';
    const cut = setting.indexOf('\n');
    const isUsers = index % 2 === 0 && (scope === 'system' || scope === 'global') && cut > 0;
    return isUsers ? [[setting.slice(0, cut), setting.slice(cut + 1)]] : [];
  });
}
