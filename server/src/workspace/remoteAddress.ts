import { addressesOf, isNearHost } from '../base/nearHost.ts';

/** What the address of a git repository says by itself. */
export interface RemoteAddress {
  /** The address for people, without a password. */
  readonly shown: string;
  readonly protocol: 'file' | 'ssh' | 'https' | 'http';
  /** The host as it stands there; null for a folder. */
  readonly host: string | null;
  /** It is on this machine. */
  readonly isNear: boolean;
}

/** Reads an address as git does; null for what is none of https, http, ssh or a folder. */
export function readRemoteAddress(url: string): RemoteAddress | null {
  const parsed = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? URL.parse(url) : null;
  if (parsed !== null) {
    const protocol = parsed.protocol.slice(0, -1);
    const shown = `${protocol}://${parsed.host}${parsed.pathname}`;
    if (protocol === 'file')
      return { shown, protocol, host: null, isNear: /^file:\/\/(?:localhost)?\/(?!\/)/i.test(url) };
    if (protocol !== 'ssh' && protocol !== 'https' && protocol !== 'http') return null;
    const { hostname: host } = parsed;
    return { shown, protocol, host, isNear: isPlain(url) && isNearHost(host) };
  }
  const isDrive = /^[A-Za-z]:[\\/]/.test(url);
  // A colon before the first slash means a host; two slashes or backslashes at the beginning mean one on Windows.
  if (isDrive || /^[^:]*$|^[^:]*\//.test(url)) {
    if (url === '' || url.startsWith('-')) return null;
    return { shown: url, protocol: 'file', host: null, isNear: !/^[\\/]{2}/.test(url) };
  }
  const [, host = '', path = ''] = /^(?:[^@/:]+@)?(\[[^\]]+\]|[^:/[]+):(?!:)(.+)$/.exec(url) ?? [];
  if (host === '' || url.startsWith('-')) return null;
  return { shown: `${host}:${path}`, protocol: 'ssh', host, isNear: isNearHost(host) };
}

/** Whether an address leads to this machine: one that is called so and is another one does not. */
export async function leadsHere({ host, isNear }: RemoteAddress): Promise<boolean> {
  if (!isNear || host === null) return isNear;
  return await addressesOf(host).then(
    () => true,
    () => false,
  );
}

/** Whether every reader finds the same host: git, ssh and curl take backslashes, blanks and what is escaped in their own ways. */
function isPlain(url: string): boolean {
  return /^[a-z]+:\/\/(?:[^/?#\\@%\s]*@)?(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d+)?(?:\/[^\\\s\p{Cc}?#]*)?$/iu.test(url);
}
