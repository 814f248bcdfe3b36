import { BlockList, isIP } from 'node:net';

/** Where an address leads: `never` are addresses that give away a machine's credentials or are nobody's. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'never';

// IANA's special-purpose registries, and the metadata services of clouds that stand at other addresses. A list for each
// family: Node's lists take an IPv4 address for its form in IPv6, and so would find all of them in `::ffff:0:0/96`.
const networks = {
  ipv4: {
    loopback: listOf('127.0.0.0/8'),
    never: listOf(
      '0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 100.100.100.200/32 168.63.129.16/32',
    ),
    private: listOf('10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 198.18.0.0/15'),
  },
  ipv6: {
    loopback: listOf('::1/128'),
    // The first six carry another address inside, which a router unpacks.
    never: listOf(
      '::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16 100::/64 2001:db8::/32 fd00:ec2::/32 fe80::/10 fec0::/10 ff00::/8',
    ),
    private: listOf('fc00::/7'),
  },
};

/** Tells where an address leads. What is no address is `never`. */
export function kindOfAddress(address: string): AddressKind {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  if (version === 0) return 'never';
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const { loopback, never, private: own } = networks[family];
  if (loopback.check(bare, family)) return 'loopback';
  if (never.check(bare, family)) return 'never';
  return own.check(bare, family) ? 'private' : 'public';
}

function listOf(written: string): BlockList {
  const list = new BlockList();
  for (const network of written.split(' ')) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
