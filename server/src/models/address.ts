import { Failure } from '../base/failure.ts';
import { isNearHost } from '../base/nearHost.ts';

/** The address of a provider as it is used: http or https, no credentials, no query, no slash at the end. */
export function parseAddress(text: string, where: string): string {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch (error) {
    throw unusable(where, 'is no web address', error);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw unusable(where, 'must begin with http:// or https://');
  // Credentials in an address would show up in the audit, in messages and in process lists.
  if (url.username !== '' || url.password !== '') {
    throw unusable(where, 'must not contain a user name or password; put the key into its variable');
  }
  if (url.search !== '' || url.hash !== '') throw unusable(where, 'must not have a "?" or "#" part');
  return url.href.replace(/\/+$/, '');
}

/**
 * Adds the version that our requests expect to an address without one: other programs read the same variables and want
 * them without it. `at the root`: only where there is no path at all; a path is taken to be meant as it is written.
 */
export function withVersion(
  address: string,
  { path, added }: { readonly path: string; readonly added: 'where missing' | 'at the root' },
): string {
  const { pathname } = new URL(address);
  const isMissing = added === 'at the root' ? pathname === '/' : !/\/v\d+[a-z0-9]*(\/|$)/.test(pathname);
  return isMissing ? `${address}${path}` : address;
}

/** The address of Ollama from `OLLAMA_HOST`, in every spelling that Ollama itself takes (`host`, `:port`, `0.0.0.0`, …). */
export function ollamaAddress(value: string | undefined): string {
  const text = (value ?? '').trim().replaceAll(/^["']|["']$/g, '');
  const [, scheme = null, rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/i.exec(text) ?? [];
  const slash = rest.indexOf('/');
  const host = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash);
  const address = parseAddress(`${scheme ?? 'http'}://${completeHost(host, scheme)}${path}`, 'OLLAMA_HOST');
  return withVersion(reachable(address), { path: '/v1', added: 'where missing' });
}

/** Whether an address stays on this machine. */
export function isLoopback(address: string): boolean {
  return isNearHost(new URL(address).hostname);
}

function completeHost(host: string, scheme: string | null): string {
  const name = host === '' ? '127.0.0.1' : /^:\d/.test(host) ? `127.0.0.1${host}` : host;
  const isBareIpv6 = name.split(':').length > 2 && !name.startsWith('[');
  const bracketed = isBareIpv6 ? `[${name}]` : name;
  const hasPort = /:\d+$/.test(bracketed.replace(/^\[[^\]]*\]/, 'x'));
  return hasPort || scheme !== null ? bracketed : `${bracketed}:11434`;
}

/** A server listens on "any address", a client cannot call it. */
function reachable(address: string): string {
  const url = new URL(address);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url.href.replace(/\/+$/, '');
}

function unusable(where: string, problem: string, cause?: unknown): Failure {
  return new Failure('config_invalid', `the address in ${where} ${problem}`, { cause });
}
