import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { duration, timeLeft } from '../../../webview/src/shared/duration.ts';
import { hasHidden, plainText, textParts } from '../../../webview/src/shared/hiddenText.ts';
import { lineDiff } from '../../../webview/src/shared/lineDiff.ts';
import { money } from '../../../webview/src/shared/money.ts';
import { actionFields } from '../../../webview/src/task/actionFields.ts';

describe('hidden characters are written out', () => {
  it.each([
    ['plain text', 'rm -rf build\n\tok', 'rm -rf build\n\tok'],
    ['a change of direction', 'a\u202eb', 'a⟨U+202E⟩b'],
    ['no width', 'a\u200bb\ufeff', 'a⟨U+200B⟩b⟨U+FEFF⟩'],
    ['a carriage return', 'echo ok\rrm', 'echo ok⟨U+000D⟩rm'],
    ['a blank that is no space', 'curl\u00a0x', 'curl⟨U+00A0⟩x'],
    ['tags', 'a\u{e0041}b', 'a⟨U+E0041⟩b'],
    ['half a character', 'a\ud800b', 'a⟨U+D800⟩b'],
    ['an escape sequence', '\u001b[2K', '⟨U+001B⟩[2K'],
    ['not what joins an emoji', '⚠️ 👩‍💻', '⚠️ 👩‍💻'],
    ['but a joiner between letters', 'a\u200db\ufe0f', 'a⟨U+200D⟩b⟨U+FE0F⟩'],
    ['other scripts', 'naïve 日本 שלום', 'naïve 日本 שלום'],
  ])('%s', (_, text, shown) => {
    expect(plainText(text)).toBe(shown);
    expect(hasHidden(text)).toBe(text !== shown);
  });

  it('nothing that can be read is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const read = textParts(text).filter((part) => !part.isHidden);
        expect(read.every((part) => text.includes(part.text))).toBe(true);
        if (!hasHidden(text)) expect(plainText(text)).toBe(text);
      }),
    );
  });
});

describe('a difference of lines', () => {
  const check = (before: string, after: string): readonly string[] =>
    lineDiff(before, after).map(({ kind, text }) => `${{ same: ' ', old: '-', new: '+' }[kind]}${text}`);
  it.each([
    ['one line', 'a', 'b', ['-a', '+b']],
    ['all new', '', 'a\nb', ['+a', '+b']],
    ['all gone', 'a\nb', '', ['-a', '-b']],
    ['in the middle', 'a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a line more', 'a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['the same', 'a\nb', 'a\nb', [' a', ' b']],
    ['only the last line end', 'a', 'a\n', [' a', '+']],
    ['two places', 'a\nb\nc\nd\ne', 'a\nB\nc\nD\ne', [' a', '-b', '+B', ' c', '-d', '+D', ' e']],
  ])('%s', (_, before, after, shown) => expect(check(before, after)).toEqual(shown));

  it('leaves nothing out of either text', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const diff = lineDiff(before, after);
        const text = (other: 'old' | 'new'): string =>
          diff
            .filter(({ kind }) => kind !== other)
            .map((line) => line.text)
            .join('\n');
        expect([text('new'), text('old')]).toEqual([before, after]);
      }),
    );
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '$0.00'],
    [0.000012, 'less than $0.0001'],
    [0.0028, '$0.0028'],
    [0.047937, '$0.048'],
    [0.42, '$0.42'],
    [12.345, '$12.35'],
    [0.999, '$1.00'],
  ])('%d is %s', (usd, words) => expect(money(usd)).toBe(words));
  it.each([
    [0.3, '< 1 ms'],
    [835.4, '835 ms'],
    [1234, '1.2 s'],
    [59_990, '1 min 0 s'],
    [3_700_000, '1 h 1 min'],
  ])('%d ms is %s', (ms, words) => expect(duration(ms)).toBe(words));
  it.each([
    [581_000, '9:41'],
    [900, '0:01'],
    [-5, '0:00'],
  ])('%d ms are left: %s', (left, words) => expect(timeLeft(left, 0)).toBe(words));
});

describe('an action is shown in full', () => {
  it('with everything that it would be carried out with', () => {
    expect(
      actionFields({ kind: 'command', command: 'make', cwd: 'a', env: { X: '1', Y: '2' }, timeoutMs: 5000 }),
    ).toEqual([
      { kind: 'code', name: 'Command', text: 'make' },
      { kind: 'line', name: 'Folder', text: 'a' },
      { kind: 'code', name: 'Environment', text: 'X=1\nY=2' },
      { kind: 'line', name: 'Time limit', text: '5 s' },
    ]);
    expect(actionFields({ kind: 'git_push', remote: 'origin', branch: 'main', force: true })).toEqual([
      { kind: 'line', name: 'Remote', text: 'origin' },
      { kind: 'line', name: 'Branch', text: 'main' },
      { kind: 'line', name: 'Force', text: 'true' },
    ]);
  });
});
