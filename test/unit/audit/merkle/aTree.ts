import { createHash } from 'node:crypto';

// The tree as RFC 6962 section 2.1 defines it, word by word and as slow: what the code is compared with.

/** The hash of a leaf. */
export function theLeafHash(leaf: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(leaf).digest();
}

/** MTH: the root over leaves given by their hashes. */
export function theRoot(hashes: readonly Buffer[]): Buffer {
  const [first] = hashes;
  if (first === undefined) return createHash('sha256').digest();
  if (hashes.length === 1) return first;
  const middle = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(theRoot(hashes.slice(0, middle)))
    .update(theRoot(hashes.slice(middle)))
    .digest();
}

/** The hashes of so many leaves, no two alike. */
export function someLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => theLeafHash(Buffer.from(`leaf ${index}`)));
}

/** The leaves that the tests of Certificate Transparency use. */
export const publishedLeaves: readonly Buffer[] = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => Buffer.from(text, 'hex'));

/** The roots of the trees over the first leaves of them, from none to all. */
export const publishedRoots: readonly string[] = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
