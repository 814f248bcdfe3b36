import { BlockList, isIP } from 'node:net';

/** Where an address leads: `never` are addresses that give away a machine's credentials or are nobody's. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'never';

// IANA's special-purpose registries, and the metadata services of clouds that stand at other addresses.
const never = listOf([
  '0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  '100.100.100.200/32 168.63.129.16/32',
  // Addresses that carry another one inside, which a router unpacks.
  '::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16',
  '100::/64 2001:db8::/32 fd00:ec2::/32 fe80::/10 fec0::/10 ff00::/8',
]);
const privateNetworks = listOf(['10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 198.18.0.0/15', 'fc00::/7']);
const loopback = listOf(['127.0.0.0/8 ::1/128']);

/** Tells where an address leads. What is no address is `never`. */
export function kindOfAddress(address: string): AddressKind {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  if (version === 0) return 'never';
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (loopback.check(bare, family)) return 'loopback';
  if (never.check(bare, family)) return 'never';
  return privateNetworks.check(bare, family) ? 'private' : 'public';
}

function listOf(lines: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of lines.join(' ').split(' ')) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
