import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompactRange } from '../../../../server/src/audit/merkle/compactRange.ts';
import { consistencyRanges, isConsistent } from '../../../../server/src/audit/merkle/consistency.ts';
import { inclusionRanges, isIncluded, rootFromInclusion } from '../../../../server/src/audit/merkle/inclusion.ts';
import { SubtreeRoots, type LeafRange } from '../../../../server/src/audit/merkle/subtrees.ts';
import { leafHash } from '../../../../server/src/audit/merkle/treeHash.ts';
import { publishedLeaves, publishedRoots, someLeaves, theRoot } from './aTree.ts';

const leaves = someLeaves(100);
const roots = Array.from({ length: 101 }, (_, size) => theRoot(leaves.slice(0, size)));
const treeOf = (size: number) => ({ size, root: roots[size] ?? Buffer.of() });

function rangeOver(hashes: readonly Buffer[]): CompactRange {
  const tree = CompactRange.empty();
  for (const leaf of hashes) tree.append(leaf);
  return tree;
}

/** The proof, from leaves of which the first `pruned` are known only as a compact range. */
function proofOf(ranges: readonly LeafRange[] | null, hashes: readonly Buffer[], pruned = 0): readonly Buffer[] | null {
  const found = ranges === null ? null : SubtreeRoots.over(ranges, rangeOver(hashes.slice(0, pruned)));
  for (const leaf of hashes.slice(pruned)) found?.append(leaf);
  return found?.roots() ?? null;
}

function needProof(proof: readonly Buffer[] | null): readonly Buffer[] {
  if (proof === null) throw new Error('there is no proof');
  return proof;
}

/** Every proof that differs from this one a little. */
function spoilt(proof: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const flipped = proof.map((node, index) => {
    const other = Buffer.from(node);
    other[index % 32] = (other[index % 32] ?? 0) ^ 0x10;
    return proof.with(index, other);
  });
  const swapped = proof.slice(1).map((node, index) => proof.with(index, node).with(index + 1, proof[index] ?? node));
  const random = Buffer.alloc(32, 7);
  return [
    ...flipped,
    ...swapped.filter((other) => !other.every((node, index) => node.equals(proof[index] ?? random))),
    [...proof, random],
    [random, ...proof],
    ...(proof.length > 0 ? [proof.slice(1), proof.slice(0, -1)] : []),
    proof.map((node) => node.subarray(1)).concat(proof.length === 0 ? [Buffer.of()] : []),
  ];
}

describe('published proofs', () => {
  const hashes = publishedLeaves.map(leafHash);
  const published = (size: number) => ({ size, root: Buffer.from(publishedRoots[size] ?? '', 'hex') });

  test.each<[number, number, string[]]>([
    [0, 1, []],
    [
      0,
      8,
      [
        'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
        'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
        'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
      ],
    ],
    [
      5,
      8,
      [
        'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
        'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
        '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
      ],
    ],
    [2, 3, ['+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=']],
    [
      1,
      5,
      [
        'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
        'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
        'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
      ],
    ],
  ])('leaf %i of %i has the published proof', (index, size, expected) => {
    const proof = needProof(proofOf(inclusionRanges(index, size), hashes.slice(0, size)));
    expect(proof.map((node) => node.toString('base64'))).toEqual(expected);
    expect(isIncluded(hashes[index] ?? Buffer.of(), index, published(size), proof)).toBe(true);
  });

  test.each<[number, number, string[]]>([
    [1, 1, []],
    [
      1,
      8,
      [
        'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
        'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
        'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
      ],
    ],
    [
      6,
      8,
      [
        'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
        'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
        '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
      ],
    ],
    [2, 5, ['Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=', 'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=']],
    [
      6,
      7,
      [
        'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
        'sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=',
        '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
      ],
    ],
  ])('sizes %i and %i have the published proof', (first, second, expected) => {
    const proof = needProof(proofOf(consistencyRanges(first, second), hashes.slice(0, second)));
    expect(proof.map((node) => node.toString('base64'))).toEqual(expected);
    expect(isConsistent(published(first), published(second), proof)).toBe(true);
  });
});

describe('inclusion', () => {
  test('every leaf of every tree up to 100 leaves is proved, and at no other place, size or root', () => {
    for (let size = 1; size <= 100; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const leaf = leaves[index] ?? Buffer.of();
        const proof = needProof(proofOf(inclusionRanges(index, size), leaves.slice(0, size)));
        const accepts = (at: number, of: number, root = roots[size] ?? Buffer.of()): boolean =>
          isIncluded(leaf, at, { size: of, root }, proof);
        const verdicts = [
          accepts(index, size),
          accepts(index + 1, size),
          accepts(index - 1, size),
          accepts(index ^ 1, size),
          accepts(index, size, roots[size - 1]),
          isIncluded(leaves[(index + 1) % 100] ?? Buffer.of(), index, treeOf(size), proof),
        ];
        expect(verdicts).toEqual([true, false, false, false, false, false]);
      }
    }
  });

  test('no altered proof is accepted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(99), (size, number) => {
        const index = number % size;
        const proof = needProof(proofOf(inclusionRanges(index, size), leaves.slice(0, size)));
        return spoilt(proof).every((bad) => !isIncluded(leaves[index] ?? Buffer.of(), index, treeOf(size), bad));
      }),
    );
  });

  test('a proof with a root of another length, or of a leaf that is none, is refused', () => {
    expect(isIncluded(Buffer.of(1), 0, { size: 1, root: Buffer.of(1) }, [])).toBe(false);
    expect(rootFromInclusion(leaves[0] ?? Buffer.of(), 0, 0, [])).toBeNull();
    expect([
      inclusionRanges(5, 5),
      inclusionRanges(-1, 5),
      inclusionRanges(0.5, 5),
      inclusionRanges(0, 2 ** 53),
    ]).toEqual([null, null, null, null]);
  });
});

describe('consistency', () => {
  test('every pair of sizes up to 100 is proved, and no other root or size', () => {
    for (let second = 0; second <= 100; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const proof = needProof(proofOf(consistencyRanges(first, second), leaves.slice(0, second)));
        expect(isConsistent(treeOf(first), treeOf(second), proof)).toBe(true);
        const wrong = { size: first, root: Buffer.alloc(32, 1) };
        expect(isConsistent(wrong, treeOf(second), proof)).toBe(false);
        if (first > 0) {
          expect(isConsistent(treeOf(first), { size: second, root: Buffer.alloc(32, 2) }, proof)).toBe(false);
          expect(isConsistent({ ...treeOf(first), size: first - 1 }, treeOf(second), proof)).toBe(false);
        }
      }
    }
  });

  test('no altered proof is accepted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(99), (second, number) => {
        const first = 1 + (number % second);
        const proof = needProof(proofOf(consistencyRanges(first, second), leaves.slice(0, second)));
        return spoilt(proof).every((bad) => !isConsistent(treeOf(first), treeOf(second), bad));
      }),
    );
  });

  test('a larger tree is not the beginning of a smaller one', () => {
    expect([consistencyRanges(3, 2), consistencyRanges(-1, 2), consistencyRanges(0.5, 2)]).toEqual([null, null, null]);
    expect(isConsistent(treeOf(3), treeOf(2), [])).toBe(false);
  });
});

describe('a log of which the beginning is known only as a compact range', () => {
  test('proves what lies behind the beginning, and nothing of what is gone', () => {
    for (const size of [1, 7, 33, 64]) {
      const kept = leaves.slice(0, size);
      for (let pruned = 0; pruned <= size; pruned += 1) {
        for (let index = pruned; index < size; index += 1) {
          const ranges = inclusionRanges(index, size);
          expect(proofOf(ranges, kept, pruned)).toEqual(proofOf(ranges, kept));
        }
        for (let first = pruned; first <= size; first += 1) {
          const ranges = consistencyRanges(first, size);
          expect(proofOf(ranges, kept, pruned)).toEqual(proofOf(ranges, kept));
        }
      }
    }
    expect(proofOf(inclusionRanges(2, 7), leaves.slice(0, 7), 4)).toBeNull();
    expect(proofOf(consistencyRanges(3, 7), leaves.slice(0, 7), 4)).toBeNull();
  });

  test('has no proof while leaves are missing', () => {
    const found = SubtreeRoots.over(inclusionRanges(0, 4) ?? []);
    for (const leaf of leaves.slice(0, 3)) found?.append(leaf);
    expect(found?.roots()).toBeNull();
  });
});
