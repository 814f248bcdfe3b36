import { lookup as resolve } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { kindOfAddress, type AddressKind } from '../../base/addresses.ts';
import { isNearHost } from '../../base/nearHost.ts';

/** One HTTP request over a connection of its own. */
export interface PinnedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Which addresses the host may turn out to have. */
  readonly allowed: ReadonlySet<AddressKind>;
}

/** Said instead of a connection: the host has an address that was not asked for. */
export class AddressRefused extends Error {}

/**
 * Sends a request and answers with the head of the response. A host name is looked up once; all of its addresses must
 * be of an allowed kind, and the connection goes to one of those that were looked at and to no other, so that a name
 * that changes its mind leads nowhere. Follows nothing, keeps nothing open, uses no proxy.
 */
export async function pinnedRequest(request: PinnedRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { url, method, headers, body } = request;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // No look-up happens for what is an address already.
  if (isIP(host) !== 0) refuseAddresses(host, [host], request.allowed);
  const lookup: LookupFunction = (name, options, callback) => {
    void look(request.allowed, name, options, callback);
  };
  const { request: send } = url.protocol === 'https:' ? https : http;
  return await new Promise((fulfil, reject) => {
    const sent = send(url, { method, headers: { ...headers }, agent: false, lookup, signal }, fulfil);
    sent.once('error', reject);
    // A server that wants to speak another protocol is left without an error, and nothing would ever come.
    sent.once('close', () => reject(new Error('the connection was closed without an answer')));
    sent.end(body);
  });
}

/** Looks a name up for Node, which connects to what is answered here. */
async function look(
  allowed: PinnedRequest['allowed'],
  name: string,
  { family, all }: Parameters<LookupFunction>[1],
  callback: Parameters<LookupFunction>[2],
): Promise<void> {
  let found: Awaited<ReturnType<typeof lookUpAll>>;
  try {
    found = await lookUpAll(name, typeof family === 'number' ? family : 0);
    refuseAddresses(
      name,
      found.map(({ address }) => address),
      allowed,
    );
  } catch (error) {
    callback(error instanceof Error ? error : new Error(String(error)), '');
    return;
  }
  const [first] = found;
  if (all === true) callback(null, found);
  else callback(null, first?.address ?? '', first?.family ?? 4);
}

async function lookUpAll(name: string, family: number) {
  return await resolve(name, { all: true, family });
}

/** Throws `AddressRefused` unless every address that a name stands for is of an allowed kind. */
export function refuseAddresses(name: string, addresses: readonly string[], allowed: ReadonlySet<AddressKind>): void {
  // What is called this machine is this machine, whatever the resolver says of it.
  const kinds = isNearHost(name) ? new Set([...allowed].filter((kind) => kind === 'loopback')) : allowed;
  const wrong = addresses.find((address) => !kinds.has(kindOfAddress(address)));
  if (wrong === undefined && addresses.length > 0) return;
  const kind = wrong === undefined ? 'unknown' : words[kindOfAddress(wrong)];
  throw new AddressRefused(`${name} leads to ${kind} address`);
}

const words: Readonly<Record<AddressKind, string>> = {
  public: 'a public',
  private: 'a private',
  loopback: "this machine's own",
  never: 'an internal or unusable',
};
