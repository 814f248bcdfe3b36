import { expect, test } from 'vitest';
import { CompactRange } from '../../../../server/src/audit/merkle/compactRange.ts';
import { emptyRoot, leafHash, nodeHash } from '../../../../server/src/audit/merkle/treeHash.ts';
import { publishedLeaves, publishedRoots, someLeaves, theLeafHash, theRoot } from './aTree.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex');

test('leaves and nodes are hashed as RFC 6962 says', () => {
  expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex(leafHash(Buffer.of()))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  expect(hex(leafHash(Buffer.from('L123456')))).toBe(
    '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
  );
  expect(hex(nodeHash(Buffer.from('N123'), Buffer.from('N456')))).toBe(
    'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
  );
});

test('a leaf of any length has its hash, and no hash changes when the next is made', () => {
  const leaves = [0, 1, 600, 16383, 16384, 16385, 1024 * 1024].map((length) => Buffer.alloc(length, 'x'));
  const hashes = leaves.map(leafHash);
  expect(hashes.map(hex)).toEqual(leaves.map((leaf) => hex(theLeafHash(leaf))));
});

test('the published trees have the published roots', () => {
  const tree = CompactRange.empty();
  const roots = [hex(tree.root())];
  for (const leaf of publishedLeaves) {
    tree.append(leafHash(leaf));
    roots.push(hex(tree.root()));
  }
  expect(roots).toEqual(publishedRoots);
});

test('a compact range has the root that the definition gives, at every size up to 300', () => {
  const leaves = someLeaves(300);
  const tree = CompactRange.empty();
  for (const [index, leaf] of leaves.entries()) {
    tree.append(leaf);
    expect(hex(tree.root())).toBe(hex(theRoot(leaves.slice(0, index + 1))));
    expect(tree.size).toBe(index + 1);
  }
});

test('a compact range goes on from its roots alone, and a copy from where it was made', () => {
  const leaves = someLeaves(70);
  for (let size = 0; size <= 70; size += 1) {
    const tree = CompactRange.empty();
    for (const leaf of leaves.slice(0, size)) tree.append(leaf);
    const kept = tree.roots.map((root) => Buffer.from(root));
    const copy = tree.copy();
    for (const leaf of leaves.slice(size)) tree.append(leaf);
    const continued = CompactRange.of(size, kept);
    for (const other of [continued, copy]) for (const leaf of leaves.slice(size)) other?.append(leaf);
    expect([continued?.root(), copy.root()]).toEqual([tree.root(), tree.root()]);
  }
});

test.each([
  ['too few roots', 3, 1],
  ['too many roots', 4, 2],
  ['a negative size', -1, 0],
  ['half a leaf', 1.5, 1],
  ['a size beyond what can be counted', 2 ** 53, 1],
])('%s make no compact range', (_what, size, count) => {
  expect(CompactRange.of(size, someLeaves(count))).toBeNull();
  expect(CompactRange.of(1, [Buffer.alloc(31)])).toBeNull();
});
