import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  originOf,
  parseChainHead,
  parseKeyEpoch,
  parsePrunedHead,
  parseTreeHead,
  printChainHead,
  printKeyEpoch,
  printPrunedHead,
  printTreeHead,
} from '../../../../server/src/audit/checkpoint/checkpointText.ts';
import { aKey } from '../note/aKey.ts';

const logId = '0123456789abcdef0123456789abcdef';
const hash = 'ab'.repeat(32);
const root = Buffer.alloc(32, 5);
const at = '2026-03-01T10:20:30.456Z';
const { key } = aKey(originOf(logId));

const texts = {
  tree: printTreeHead({ logId, size: 1000, root }),
  head: printChainHead({ logId, size: 1000, hash, at }),
  pruned: printPrunedHead({ logId, size: 1000, hash, root, at }),
  key: printKeyEpoch({ logId, epoch: 2, key, from: 900, protection: 'keychain', at }),
};
const parsers = { tree: parseTreeHead, head: parseChainHead, pruned: parsePrunedHead, key: parseKeyEpoch };

test('a tree head is a checkpoint as C2SP defines it: origin, size and root, each on a line of its own', () => {
  expect(texts.tree).toBe(`loki/${logId}/audit\n1000\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n`);
});

test('every text is read as what was written, and as nothing else', () => {
  expect(parseTreeHead(texts.tree)).toEqual({ logId, size: 1000, root });
  expect(parseChainHead(texts.head)).toEqual({ logId, size: 1000, hash, at });
  expect(parsePrunedHead(texts.pruned)).toEqual({ logId, size: 1000, hash, root, at });
  expect(parseKeyEpoch(texts.key)).toEqual({ logId, epoch: 2, key, from: 900, protection: 'keychain', at });
  for (const [kind, text] of Object.entries(texts)) {
    const readBy = Object.entries(parsers).filter(([, parser]) => parser(text) !== null);
    expect(readBy.map(([name]) => name)).toEqual([kind]);
  }
});

test('no text with one other character is read as the same', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<keyof typeof texts>('tree', 'head', 'pruned', 'key'),
      fc.nat(400),
      fc.constantFrom('0', '1', 'a', 'A', '\n', ' ', '=', '+'),
      (kind, number, letter) => {
        const text = texts[kind];
        const place = number % text.length;
        const other = `${text.slice(0, place)}${letter}${text.slice(place + 1)}`;
        const [before, after] = [parsers[kind](text), parsers[kind](other)];
        if (other === text) return true;
        return JSON.stringify(after) !== JSON.stringify(before);
      },
    ),
  );
});

describe.each<[string, string]>([
  ['a size with a zero before it', '01000'],
  ['a negative size', '-1'],
  ['a size that cannot be counted', '9'.repeat(16)],
  ['a size that is none', '1e3'],
])('%s', (_what, size) => {
  test.each(['tree', 'head', 'pruned'] as const)('is refused in the text about the %s', (kind) => {
    expect(parsers[kind](texts[kind].replace('\n1000\n', `\n${size}\n`))).toBeNull();
  });
});

test('a key of another log, or a root with a second spelling, is refused', () => {
  const foreign = aKey(originOf('f'.repeat(32))).key;
  expect(parseKeyEpoch(printKeyEpoch({ logId, epoch: 1, key: foreign, from: 0, protection: 'file', at }))).toBeNull();
  expect(parseTreeHead(texts.tree.replace('BQU=', 'BQV='))).toBeNull();
  expect(parseTreeHead(`${texts.tree}extension\n`)).toBeNull();
});
