import { BlockList, isIP } from 'node:net';
import type { Reach } from './networkRule.ts';

/** Addresses that no host may stand for: metadata services, broadcasts, and forms that wrap another address. */
const never = blockList(
  '0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32 100.100.100.200/32',
  '::/128 fe80::/10 fec0::/10 ff00::/8 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:db8::/32 2002::/16 fd00:ec2::/32 ::/96',
);
const loopback = blockList('127.0.0.0/8', '::1/128');
const inner = blockList('10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16', 'fc00::/7');

/** Where an address lies; null for one that is never connected to, and for what is no address. */
export function reachOf(address: string): Reach | null {
  // An IPv4 address in the clothes of an IPv6 one leads to the same place.
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const version = isIP(plain);
  if (version === 0 || /^::ffff:/i.test(plain)) return null;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(plain, family)) return 'loopback';
  if (never.check(plain, family)) return null;
  return inner.check(plain, family) ? 'private' : 'public';
}

/** Whether an address lies within the reach that an allowed host has. */
export function isWithin(address: string, reach: Reach): boolean {
  const actual = reachOf(address);
  if (actual === null) return false;
  // A host that is called this machine must be this machine, whatever the resolver says of it.
  return actual === reach || (actual === 'public' && reach === 'private');
}

function blockList(four: string, six: string): BlockList {
  const list = new BlockList();
  for (const [text, family] of [
    [four, 'ipv4'],
    [six, 'ipv6'],
  ] as const) {
    for (const subnet of text.split(' ')) {
      const [net = '', prefix] = subnet.split('/');
      list.addSubnet(net, Number(prefix), family);
    }
  }
  return list;
}
