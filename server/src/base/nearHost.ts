import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

// What "this machine" is, for everything that residency keeps here: the name of a host says it, and the address that is
// connected to must say the same.

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/** Whether a host, as it stands in an address, is this machine. No other name is looked up to find out: asking would leave it. */
export function isNearHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return bare.toLowerCase() === 'localhost' || isNearAddress(bare);
}

/** Whether an IP address is one of the loopback device. */
export function isNearAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** How a name becomes addresses; tests put their own in its place. */
export type Resolve = (host: string) => Promise<readonly HostAddress[]>;

const systemResolve: Resolve = async (host) => await lookup(host, { all: true });

/** A host that is called this machine has an address somewhere else. */
export class NotNear extends Error {
  override readonly name = 'NotNear';
  readonly code = 'LOKI_NOT_NEAR';
}

/**
 * The addresses to connect to for a host. One that is called this machine must be this machine: where any of its
 * addresses is elsewhere, none is given and the caller connects to nothing (`NotNear`).
 */
export async function addressesOf(host: string, resolve: Resolve = systemResolve): Promise<readonly HostAddress[]> {
  const bare = host.replace(/^\[|\]$/g, '');
  const family = isIP(bare);
  const addresses = family === 0 ? await resolve(bare) : [{ address: bare, family }];
  if (isNearHost(host) && !addresses.every(({ address }) => isNearAddress(address))) {
    throw new NotNear(`${bare} is not an address of this machine`);
  }
  return addresses;
}

/** What to connect to for a host: itself, but for one that is called this machine an address that was looked at (`NotNear`). */
export async function checkedHost(host: string): Promise<string> {
  if (!isNearHost(host)) return host;
  const [first] = await addressesOf(host);
  return first?.address ?? host;
}
