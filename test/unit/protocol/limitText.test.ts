import * as fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { limitText } from '#protocol/limitText';
import { parseLimitUsd } from '../../../server/src/cost/money.ts';

it.each([
  [5, '5.00'],
  [12.3, '12.30'],
  [0.0005, '0.0005'],
  [1.234567, '1.234567'],
  [100, '100.00'],
])('%d is written %s', (usd, text) => expect(limitText(usd)).toBe(text));

test('a limit that is written is the one that is read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (micro) => {
      expect(parseLimitUsd(limitText(micro / 1_000_000))).toBe(micro);
    }),
  );
});
