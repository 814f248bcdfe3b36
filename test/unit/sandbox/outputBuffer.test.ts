import { expect, test } from 'vitest';
import { createOutputBuffer } from '../../../server/src/sandbox/outputBuffer.ts';

function check(
  limitBytes: number,
  chunks: readonly (string | Buffer)[],
  expected: { text: string; isCut: boolean },
): void {
  const buffer = createOutputBuffer(limitBytes);
  for (const chunk of chunks) buffer.add(Buffer.from(chunk));
  expect(buffer.read()).toEqual(expected);
}

const euro = Buffer.from('€');
const face = Buffer.from('🙂');

test.each([
  ['nothing', 10, [], { text: '', isCut: false }],
  ['short output stays whole', 10, ['abc', 'def'], { text: 'abcdef', isCut: false }],
  ['output of exactly the limit stays whole', 6, ['abcdef'], { text: 'abcdef', isCut: false }],
  [
    'long output keeps head and tail',
    6,
    ['abc', 'de', 'fgh', 'i'],
    { text: 'abc\n[… 3 bytes cut …]\nghi', isCut: true },
  ],
  ['one chunk larger than everything', 4, ['abcdefgh'], { text: 'ab\n[… 4 bytes cut …]\ngh', isCut: true }],
  [
    'a character split between chunks',
    20,
    [face.subarray(0, 1), face.subarray(1, 3), face.subarray(3)],
    { text: '🙂', isCut: false },
  ],
  [
    'a character split by the cut is left out on both sides',
    8,
    [euro, euro, euro, euro],
    { text: '€\n[… 4 bytes cut …]\n€', isCut: true },
  ],
] as const)('%s', (_, limit, chunks, expected) => check(limit, chunks, expected));
