import { expect, test } from 'vitest';
import { visible, visibleLine } from '../../../server/src/base/visible.ts';

test.each([
  ['plain text stays', 'npm test\n\tok', 'npm test\n\tok'],
  ['an escape sequence is shown', 'a\u001b[2Kb', String.raw`a\u{1b}[2Kb`],
  ['a carriage return is shown', 'safe\rrm', String.raw`safe\u{d}rm`],
  ['a change of direction is shown', 'a\u202eb', String.raw`a\u{202e}b`],
  ['what has no width is shown', 'a\u200bb\ufeff', String.raw`a\u{200b}b\u{feff}`],
])('%s', (_name, text, expected) => {
  expect(visible(text)).toBe(expected);
});

test('a line is one line, and no longer than asked', () => {
  expect(visibleLine('one\n  two', 40)).toBe('one ⏎ two');
  expect(visibleLine('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
});
