import type { Git } from './git.ts';
import { readSettings, type ConfigSetting } from './gitSettings.ts';
import { leadsHere, readRemoteAddress, type RemoteAddress } from './remoteAddress.ts';
import { remoteAddresses } from './remoteAddresses.ts';

// Where git would go for a remote, for those who decide about it. Reads the configuration of the repository and its user;
// asks no remote anything.

export interface RemoteRoute {
  /** For people, without a password. */
  readonly shown: string;
  /** It begins and ends on this machine. */
  readonly isNear: boolean;
}

export interface RemoteRoutes {
  readonly pushes: readonly RemoteRoute[];
  readonly fetches: readonly RemoteRoute[];
}

/**
 * Everywhere that git may go for a remote of a repository; null where that cannot be told. For a command also where it
 * would go without the user's own configuration: outside a sandbox commands have a home of their own.
 */
export async function remoteRoutes(
  repo: Git,
  remote: string,
  { isCommand }: { readonly isCommand: boolean },
): Promise<RemoteRoutes | null> {
  const settings = await readSettings(repo).catch(() => null);
  if (settings === null) return null;
  const views = [settings, ...(isCommand ? [settings.filter(({ scope }) => scope !== 'global')] : [])];
  const found = await Promise.all(views.map(async (view) => await routesIn(remote, view)));
  const known = found.filter((routes) => routes !== null);
  if (known.length < found.length) return null;
  return {
    pushes: unique(known.flatMap(({ pushes }) => pushes)),
    fetches: unique(known.flatMap(({ fetches }) => fetches)),
  };
}

function unique(routes: readonly RemoteRoute[]): readonly RemoteRoute[] {
  return [...new Map(routes.map((route) => [`${route.shown} ${route.isNear}`, route])).values()];
}

async function routesIn(remote: string, settings: readonly ConfigSetting[]): Promise<RemoteRoutes | null> {
  const addresses = remoteAddresses(remote, settings);
  if (addresses === null) return null;
  const routesTo = async (urls: readonly string[]): Promise<readonly RemoteRoute[] | null> => {
    const routes = await Promise.all(urls.map(async (url) => await routeTo(readRemoteAddress(url), remote, settings)));
    const known = routes.filter((route) => route !== null);
    return known.length === routes.length ? known : null;
  };
  const [pushes, fetches] = await Promise.all([routesTo(addresses.pushes), routesTo(addresses.fetches)]);
  return pushes === null || fetches === null ? null : { pushes, fetches };
}

async function routeTo(
  address: RemoteAddress | null,
  remote: string,
  settings: readonly ConfigSetting[],
): Promise<RemoteRoute | null> {
  if (address === null) return null;
  const { shown, protocol } = address;
  const detour = detourOf(remote, protocol, settings);
  if (detour !== null) return { shown: `${shown} by way of ${detour}`, isNear: false };
  return { shown, isNear: await leadsHere(address) };
}

/** What the configuration puts between: a proxy, or a program that goes where it likes. */
function detourOf(
  remote: string,
  protocol: RemoteAddress['protocol'],
  settings: readonly ConfigSetting[],
): string | null {
  const own = new Set(['vcs', 'receivepack', 'uploadpack', 'proxy'].map((member) => `remote.${remote}.${member}`));
  // A group of other remotes that has this one's name.
  own.add(`remotes.${remote.toLowerCase()}`);
  const between = settings.find(({ key, value }) => {
    if (value === '') return false;
    if (protocol === 'ssh' && key === 'core.sshcommand') return true;
    if (protocol.startsWith('http') && /^http\.(?:.*\.)?proxy$/s.test(key)) return true;
    return own.has(key);
  });
  return between === undefined ? null : `what ${between.key} of git's configuration names`;
}
