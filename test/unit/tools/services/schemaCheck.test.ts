import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestText } from '../../../../server/src/tools/services/patternCost.ts';
import { compileCheck } from '../../../../server/src/tools/services/schemaCheck.ts';

function check(schema: Record<string, unknown>, input: unknown): string | null {
  const made = compileCheck(schema);
  return typeof made === 'function' ? made(input) : `no check: ${made.problem}`;
}

const texts = (pattern: string) => ({
  type: 'object',
  properties: { a: { type: 'string', pattern }, b: { pattern: '^b$' } },
});

test.each<[Record<string, unknown>, unknown, string | null]>([
  [texts('^a+$'), { a: 'aaa', b: 'b' }, null],
  [texts('^a+$'), { a: 'b' }, '/a must match pattern "^a+$"'],
  // Two patterns of one schema are two patterns.
  [texts('^a+$'), { a: 'a', b: 'a' }, '/b must match pattern "^b$"'],
  [texts('^[\\-a]+$'), { a: '-' }, null],
  [texts('^(a|b)?$'), { a: 'a' }, null],
  [
    { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', required: ['x'] },
    {},
    "must have required property 'x'",
  ],
  [
    { $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: [{ type: 'string' }] },
    [1],
    '/0 must be string',
  ],
  [{ additionalProperties: false, properties: { a: {} } }, { b: 1 }, 'must NOT have additional properties'],
  [{ $ref: '#' }, {}, 'they could not be checked'],
  [{ $async: true, type: 'object' }, {}, 'does not fit'],
])('%j on %j: %j', (schema, input, says) => {
  expect(check(schema, input)).toBe(says);
});

test.each([
  '(a+)+$',
  '(a|a)*$',
  '(?:a*b?)*',
  '((a)+b)+',
  '([a-z]+)*',
  '(a{1,9}){2,}',
  '(a)\\1',
  '(?<x>a)\\k<x>',
  'a'.repeat(1001),
])('the pattern %s could take for ever, so there is no check', (pattern) => {
  expect(longestText(pattern)).toBe(0);
  expect(check(texts(pattern), { a: 'a' })).toContain('could take for ever');
});

test('a text that is too long for its pattern is not matched at all', () => {
  expect(check(texts('a*a*a*b'), { a: 'a'.repeat(1000) })).toContain('too long to be matched');
});

test('whatever a pattern says, no match takes long', () => {
  const piece = fc.constantFrom('a', '(', ')', '*', '+', '?', '|', '{2,}', '[ab]', '.', '\\w', '^', '$', '(?:', '(?=');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const pattern = pieces.join('');
      const length = Math.min(longestText(pattern), 2000);
      if (length === 0) return;
      let expression: RegExp;
      try {
        expression = new RegExp(pattern, 'u');
      } catch {
        return;
      }
      // It comes back: what is not bounded would hang here.
      expect(typeof expression.test(`${'a'.repeat(length - 1)}!`)).toBe('boolean');
    }),
    { numRuns: 300 },
  );
});
