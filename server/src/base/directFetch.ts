import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import tls from 'node:tls';
import { addressesOf, isNearHost, type HostAddress, type Resolve } from './nearHost.ts';

// The connection of one request. Node's own `fetch` goes wherever proxy variables and the resolver send it;
// here the way is the one that was decided: the addresses that were looked at are those that are connected to, and there
// is no proxy but the given one. Redirects come back as they are.

/** A proxy between us and an address. Its name and password travel in a header and stand in no message. */
export interface Proxy {
  /** Scheme, host and port. */
  readonly address: string;
  readonly authorization: string | null;
}

export interface Way {
  readonly proxy: Proxy | null;
  readonly resolve?: Resolve;
}

/** A `fetch` of single requests, as far as the SDK uses one. */
export function directFetch({ proxy, resolve }: Way): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = Buffer.from(await request.arrayBuffer());
    const url = new URL(request.url);
    const own = { ...Object.fromEntries(request.headers), host: url.host, 'content-length': String(body.length) };
    const { headers: more, ...connection } = await connectionFor(url, proxy, resolve, request.signal);
    const options = { method: request.method, headers: { ...own, ...more }, signal: request.signal, ...connection };
    const { promise, resolve: answered, reject } = Promise.withResolvers<http.IncomingMessage>();
    const { request: send } = connection.protocol === 'https:' ? https : http;
    const sent = send(url, options, answered);
    sent.on('error', reject);
    // A server that wants to speak another protocol is left without an error, and nothing would ever come.
    sent.on('close', () => reject(new Error('the connection was closed without an answer')));
    sent.end(body);
    return asResponse(await promise);
  };
}

/** A `fetch` for an address that was configured: one on this machine is reached without a proxy, and nowhere else. */
export function fetchTo(url: string): typeof globalThis.fetch {
  return isNearHost(new URL(url).hostname) ? directFetch({ proxy: null }) : fetch;
}

/** How one request is connected, and the headers that only its proxy is told. */
interface Connection extends Omit<https.RequestOptions, 'headers'> {
  /** Of the first hop. */
  readonly protocol: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function connectionFor(
  url: URL,
  proxy: Proxy | null,
  resolve: Resolve | undefined,
  signal: AbortSignal,
): Promise<Connection> {
  const { protocol } = url;
  // An agent of its own: the global one may have been told to use a proxy.
  if (proxy === null) return { protocol, agent: false, lookup: fixedLookup(await addressesOf(url.hostname, resolve)) };
  if (protocol === 'http:') return { ...(await hopTo(proxy, resolve)), path: url.href, headers: toldToProxy(proxy) };
  const socket = await tunnel(url, proxy, resolve, signal);
  // No agent, not even `false`: an agent makes connections of its own, around the tunnel.
  return { protocol, createConnection: () => tls.connect({ socket, ...identityOf(url) }) };
}

/** The way to the proxy itself, whatever host the request behind it is for. */
async function hopTo({ address }: Proxy, resolve: Resolve | undefined) {
  const at = new URL(address);
  return {
    protocol: at.protocol,
    port: portOf(at, at.port),
    agent: false as const,
    lookup: fixedLookup(await addressesOf(at.hostname, resolve)),
    ...identityOf(at),
  };
}

/** A connection through the proxy that it cannot read: the certificate at its end is the provider's. */
async function tunnel(url: URL, proxy: Proxy, resolve: Resolve | undefined, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${portOf(url, url.port)}`;
  const { promise, resolve: opened, reject } = Promise.withResolvers<Socket>();
  const hop = await hopTo(proxy, resolve);
  const headers = { host: target, ...toldToProxy(proxy) };
  const { request: ask } = hop.protocol === 'https:' ? https : http;
  const asked = ask({ ...hop, method: 'CONNECT', path: target, headers, signal });
  asked.on('error', reject);
  asked.on('close', () => reject(new Error('the proxy closed the connection without an answer')));
  asked.on('connect', (answer, socket) => {
    if (answer.statusCode === 200) opened(socket);
    else {
      socket.destroy();
      reject(new ProxyRefused(answer.statusCode ?? 0));
    }
  });
  asked.end();
  return await promise;
}

/** The proxy did not let the connection through; the provider has seen nothing. */
class ProxyRefused extends Error {
  override readonly name = 'ProxyRefused';
  readonly code = 'LOKI_PROXY_REFUSED';

  constructor(status: number) {
    super(`the proxy answered ${status}`);
  }
}

function fixedLookup(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, { all }, answer) => {
    const [first] = addresses;
    if (all === true) answer(null, [...addresses]);
    else if (first === undefined) answer(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
    else answer(null, first.address, first.family);
  };
}

function asResponse(message: http.IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = message.statusCode ?? 502;
  if (status < 200 || status > 599) {
    message.destroy();
    throw new Error(`${status} is no status of an answer`);
  }
  const isEmpty = status === 204 || status === 205 || status === 304;
  if (isEmpty) message.resume();
  // Node's own type of a web stream is another than the one of `Response`, and the same object.
  const body = isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers });
}

function portOf({ protocol }: URL, port: string): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/**
 * Whose certificate is asked for and accepted. Said for every connection: else Node takes the `Host` of the request for
 * it, or whoever the socket leads to first. An IP address is not asked for by name.
 */
function identityOf({ hostname }: URL): { readonly host: string; readonly servername: string } {
  const host = hostname.replace(/^\[|\]$/g, '');
  return { host, servername: isIP(host) === 0 ? host : '' };
}

function toldToProxy({ authorization }: Proxy): Readonly<Record<string, string>> {
  return authorization === null ? {} : { 'proxy-authorization': authorization };
}
