import type { Proxy } from '../base/directFetch.ts';
import { Failure } from '../base/failure.ts';
import { isLoopback } from './address.ts';

/**
 * The proxy that the environment puts before an address (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` without those that
 * `NO_PROXY` names), null for none. This machine is never reached through one. A proxy that cannot be used is a
 * `config_invalid` failure: going around it would be what somebody meant to prevent.
 */
export function proxyFor(address: string, env: NodeJS.ProcessEnv): Proxy | null {
  if (isLoopback(address)) return null;
  const url = new URL(address);
  const own = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const name = [own, own.toLowerCase(), 'ALL_PROXY', 'all_proxy'].find(
    (variable) => (env[variable] ?? '').trim() !== '',
  );
  if (name === undefined || isExempt(url, env['NO_PROXY'] ?? env['no_proxy'] ?? '')) return null;
  return parseProxy(env[name]?.trim() ?? '', name);
}

function parseProxy(text: string, variable: string): Proxy {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new Failure(
      'config_invalid',
      `the proxy in ${variable} is no http or https proxy, and no other kind can be used; correct it, or name the host in NO_PROXY`,
    );
  }
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    address: url.origin,
    authorization: credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/** A password may have a percent sign that somebody did not encode. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (wantedPort !== undefined && wantedPort !== ownPort) return false;
      const suffix = name.replace(/^\*?\./, '');
      return hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}
