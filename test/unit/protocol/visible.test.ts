import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsOfText, visible, visibleLine, visibleWhole } from '#protocol/visible';

test.each([
  ['plain text stays', 'npm test\n\tok', 'npm test\n\tok'],
  ['an escape sequence is shown', 'a\u001b[2Kb', String.raw`a\u{1b}[2Kb`],
  ['a carriage return is shown', 'safe\rrm', String.raw`safe\u{d}rm`],
  ['a change of direction is shown', 'a\u202eb', String.raw`a\u{202e}b`],
  ['what has no width is shown', 'a\u200bb\ufeff', String.raw`a\u{200b}b\u{feff}`],
  ['a blank that is none is shown', 'rm\u00a0x\u3000y\u2800z', String.raw`rm\u{a0}x\u{3000}y\u{2800}z`],
  ['a tag is shown', 'a\u{e0041}b', String.raw`a\u{e0041}b`],
  ['half a character is shown', 'a\ud800b', String.raw`a\u{d800}b`],
  ['other scripts and emoji stay', 'naïve 日本 שלום 👩‍💻 ⚠️', 'naïve 日本 שלום 👩‍💻 ⚠️'],
])('%s', (_name, text, expected) => {
  expect(visible(text)).toBe(expected);
});

test('a line is one line, and no longer than asked', () => {
  expect(visibleLine('one\n  two', 40)).toBe('one ⏎ two');
  expect(visibleLine('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
});

test('blanks that push the rest out of sight are counted instead', () => {
  expect(visibleWhole(`echo ok${' '.repeat(500)}; rm -rf x`)).toBe('echo ok ␣×500 ; rm -rf x');
  expect(visibleWhole('echo ok\n\n\n  rm -rf x')).toBe('echo ok ⏎ rm -rf x');
  expect(visibleWhole(`a${'\t'.repeat(20)}b`)).toBe('a ␣×20 b');
});

describe('whatever the text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', '\u202e', '\u200b', '\u00a0', '\ud800', '\u{1f600}'),
    }),
  );

  test('its parts put together are the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parts = partsOfText(text).map((part) => part.text);
        expect(parts.join('')).toBe(text);
      }),
    );
  });

  test('one visible line has no control character, no direction, no odd blank, and does not change when shown again', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const shown = visibleWhole(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\u00a0]/u);
        expect(visible(shown)).toBe(shown);
      }),
    );
  });
});
