import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { occursIn } from '../../../../server/src/policy/policies/patternMatcher.ts';
import { compilePattern } from '../../../../server/src/policy/policies/compilePattern.ts';

const occurs = (pattern: string, text: string, ignoreCase = false) =>
  occursIn({ name: 'p', pattern, ignoreCase }, text);

/** Patterns of the known forms, as people write them. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', '-', ' ', '\\.', '.', '\\d', '\\w', '\\W', '\\s', '[ab]') },
    fc.constantFrom('[^a]', '[a-c-]', '\\x61', '\\u0062', '[\\d_]', '^', '$', '\\b', '\\B'),
    tie('pattern').map((inner) => `(${inner})`),
    tie('pattern').map((inner) => `(?:${inner})`),
  ),
  pattern: fc
    .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,}', '*?')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.map(([atom, times]) => (/^(?:[\^$]|\\[bB])$/.test(atom) ? atom : atom + times)).join(''))
    .chain((text) => fc.constantFrom(text, `${text}|a`)),
})).pattern;

const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', 'A', '-', '.', '_', ' ', '1', '\n', 'é'),
  maxLength: 12,
});

describe('a pattern of the data policies', () => {
  it('occurs in a text exactly where a regular expression of JavaScript does', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (written, given, ignoreCase) => {
        const compiled = compilePattern(written, ignoreCase);
        const expression = new RegExp(written, ignoreCase ? 'im' : 'm');
        if (compiled.kind === 'invalid') {
          // Nothing is refused but what matches the empty text.
          expect(compiled.problem).toContain('empty text');
          return;
        }
        expect(occurs(written, given, ignoreCase)).toBe(expression.test(given));
      }),
      { numRuns: 600 },
    );
  });

  it.each(['[^a]', '[^A]', '[^a-c]', '[^\\W]'])('%s leaves out both cases where case does not count', (written) => {
    for (const given of ['a', 'A', '-']) {
      expect([given, occurs(written, given, true)]).toEqual([given, new RegExp(written, 'im').test(given)]);
    }
  });

  it.each([
    ['(a+)+$', 'a'],
    ['(a|a)*b$', 'a'],
    ['(.*a){12}x', 'a'],
    ['(\\w+\\s?)*!', 'word '],
    ['(?:a?){40}a{40}b', 'a'],
  ])('%s follows a long text in one pass', (written, piece) => {
    // A matcher that goes back over the text does not come to an end with these.
    expect(occurs(written, piece.repeat(20_000))).toBe(written === '(a+)+$');
  });

  it('goes on without memory where a text leads to too many sets of steps', () => {
    const written = '[ab]{0,20}a[ab]{20}c';
    let seed = 7;
    const next = () => ((seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) & 0x10000) === 0;
    const given = Array.from({ length: 50_000 }, () => (next() ? 'a' : 'b')).join('');
    expect(occurs(written, given)).toBe(false);
    expect(occurs(written, `${given}a${'b'.repeat(20)}c`)).toBe(true);
    // What cannot be looked through in time counts as found.
    expect(occurs(written, given.repeat(8))).toBe(true);
  });

  it.each([
    ['(a)\\1', '\\1'],
    ['(?=a)b', '(?'],
    ['(?!a)b', '(?'],
    ['(?<=a)b', '(?'],
    ['a**', 'repeats a repetition'],
    ['*a', 'repeats nothing'],
    ['(a', 'without its ")"'],
    ['a)', 'without its "("'],
    ['[a', 'never ends'],
    ['[]', 'empty'],
    ['[z-a]', 'range'],
    ['a{3,1}', 'ends before it begins'],
    ['a\\', 'ends with a backslash'],
    ['\\p{L}', '\\p'],
    ['a*', 'empty text'],
    ['a|', 'empty text'],
    ['((a{9999}){9999}){9999}', 'repeats too much'],
    ['((()){9999}){9999}a', 'repeats too much'],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 'nested too deeply'],
  ])('%s is refused', (written, problem) => {
    expect(compilePattern(written, false)).toEqual({ kind: 'invalid', problem: expect.stringContaining(problem) });
  });
});
