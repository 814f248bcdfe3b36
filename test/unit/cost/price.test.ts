import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { microUsd } from '../../../server/src/cost/money.ts';
import { affordableOutput, isRates, price, worstCase } from '../../../server/src/cost/price.ts';
import type { Rates, RateTier } from '../../../server/src/cost/rates.ts';
import { isTokenUsage, maxTokens, type TokenUsage } from '../../../server/src/cost/tokenUsage.ts';

const sonnet: Rates = [
  { fromInputTokens: 0, input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  { fromInputTokens: 200_001, input: 6, output: 22.5, cacheRead: 0.6, cacheWrite: 7.5 },
];
const free: Rates = [{ fromInputTokens: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }];
const odd: Rates = [{ fromInputTokens: 0, input: 0.07, output: 1.1, cacheRead: 0.003625, cacheWrite: 0.1 }];
const tiny: Rates = [{ fromInputTokens: 0, input: 1e-7, output: 1e-7, cacheRead: 1e-7, cacheWrite: 1e-7 }];

describe('the price of a request', () => {
  const check = (rates: Rates, usage: Partial<TokenUsage>, micro: number) =>
    expect(price(rates, { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, ...usage })).toBe(micro);

  it.each<[string, Rates, Partial<TokenUsage>, number]>([
    ['nothing costs nothing', sonnet, {}, 0],
    ['input and output have prices of their own', sonnet, { input: 1000, output: 100 }, 3000 + 1500],
    ['cached input is taken out of the input', sonnet, { input: 1000, cacheRead: 600, cacheWrite: 400 }, 180 + 1500],
    ['the last token of a tier still has its price', sonnet, { input: 200_000, output: 1 }, 600_015],
    ['one token more moves the whole request into the next tier', sonnet, { input: 200_001 }, 1_200_006],
    ['cached tokens count for the tier', sonnet, { input: 300_000, cacheRead: 300_000 }, 180_000],
    ['a part of a micro-dollar is rounded up', sonnet, { input: 3, cacheRead: 3 }, 1],
    ['rounding happens once, not for each part', odd, { input: 2, cacheRead: 1, output: 1 }, 2],
    ['decimal prices are exact', odd, { input: 100_000, output: 10 }, 7011],
    ['six decimals of a price are exact', odd, { input: 1_000_000, cacheRead: 1_000_000 }, 3625],
    ['a price below every unit is rounded up', tiny, { input: 1 }, 1],
    ['what is free by configuration is free', free, { input: 5000, output: 5000 }, 0],
  ])('%s', (_name, rates, usage, micro) => check(rates, usage, micro));

  it.each<[string, Partial<TokenUsage>]>([
    ['negative tokens', { output: -1 }],
    ['tokens that are no number', { input: Number.NaN }],
    ['an infinite count', { output: Infinity }],
    ['parts of tokens', { input: 0.5 }],
    ['more tokens than a request can have', { output: maxTokens + 1 }],
    ['a count above the safe integers', { input: 2 ** 60 }],
    ['more cached tokens than input', { input: 10, cacheRead: 6, cacheWrite: 5 }],
  ])('%s have no price', (_name, usage) => {
    const whole = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, ...usage };
    expect(isTokenUsage(whole)).toBe(false);
    expect(() => price(sonnet, whole)).toThrow('usage that cannot be');
  });
});

describe('prices that cannot be', () => {
  const tier = { fromInputTokens: 0, input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
  it.each<[string, readonly RateTier[], boolean]>([
    ['the prices of a real model are accepted', sonnet, true],
    ['no tier at all', [], false],
    ['a first tier that leaves small requests out', [{ ...tier, fromInputTokens: 1 }], false],
    ['tiers out of order', [tier, { ...tier, fromInputTokens: 9 }, { ...tier, fromInputTokens: 5 }], false],
    ['two tiers from the same size', [tier, tier], false],
    ['a negative price', [{ ...tier, output: -1 }], false],
    ['a price that is no number', [{ ...tier, cacheRead: Number.NaN }], false],
    ['an infinite price', [{ ...tier, input: Infinity }], false],
    ['more than a dollar for a token', [{ ...tier, input: 1_000_001 }], false],
  ])('%s', (_name, tiers, expected) => {
    expect(isRates(tiers)).toBe(expected);
  });
});

const rate = fc.oneof(fc.constantFrom(0, 0.3, 3, 15, 0.003625, 22.5), fc.double({ min: 0, max: 1000, noNaN: true }));
const tierAt = (fromInputTokens: number) =>
  fc.record({
    fromInputTokens: fc.constant(fromInputTokens),
    input: rate,
    output: rate,
    cacheRead: rate,
    cacheWrite: rate,
  });
const someRates = fc
  .uniqueArray(fc.integer({ min: 1, max: 5000 }), { maxLength: 3 })
  .chain((starts): fc.Arbitrary<RateTier[]> => fc.tuple(...[0, ...starts.sort((a, b) => a - b)].map(tierAt)))
  .filter((tiers) => isRates(tiers))
  .map((tiers): Rates => {
    const [first = sonnet[0], ...others] = tiers;
    return [first, ...others];
  });
const tokens = fc.integer({ min: 0, max: 10_000 });
const someUsage = fc.tuple(tokens, tokens, tokens, tokens).map(([plain, cacheRead, cacheWrite, output]) => ({
  input: plain + cacheRead + cacheWrite,
  cacheRead,
  cacheWrite,
  output,
}));

test('a price is the sum of its parts, rounded up once', () => {
  fc.assert(
    fc.property(someUsage, (usage) => {
      const { input, cacheRead, cacheWrite, output } = usage;
      // Tenths of a micro-dollar are exact here: these prices have at most two decimals.
      const hundredths = (input - cacheRead - cacheWrite) * 300 + cacheRead * 30 + cacheWrite * 375 + output * 1500;
      expect(price([sonnet[0]], usage)).toBe(Math.ceil(hundredths / 100));
    }),
  );
});

test('no usage within its bounds costs more than the worst case', () => {
  fc.assert(
    fc.property(someRates, someUsage, tokens, tokens, (rates, usage, moreInput, moreOutput) => {
      const bounds = { inputTokens: usage.input + moreInput, outputTokens: usage.output + moreOutput };
      expect(price(rates, usage)).toBeLessThanOrEqual(worstCase(rates, bounds));
    }),
    { numRuns: 1000 },
  );
});

test('what is affordable never overspends, and one token more would', () => {
  fc.assert(
    fc.property(someRates, tokens, fc.integer({ min: 0, max: 10_000_000 }), (rates, inputTokens, available) => {
      const outputTokens = affordableOutput(rates, inputTokens, microUsd(available));
      if (outputTokens > maxTokens) return;
      if (outputTokens > 0) expect(worstCase(rates, { inputTokens, outputTokens })).toBeLessThanOrEqual(available);
      if (outputTokens === maxTokens) return;
      expect(worstCase(rates, { inputTokens, outputTokens: outputTokens + 1 })).toBeGreaterThan(available);
    }),
    { numRuns: 1000 },
  );
});

describe('the worst case', () => {
  it('takes the dearest tier that the input can reach, not one beyond it', () => {
    expect(worstCase(sonnet, { inputTokens: 200_000, outputTokens: 100 })).toBe(750_000 + 1500);
    expect(worstCase(sonnet, { inputTokens: 200_001, outputTokens: 100 })).toBe(1_500_008 + 2250);
  });

  it('takes a smaller tier where that is the dearer one', () => {
    const falling: Rates = [
      { ...sonnet[0], input: 100, cacheWrite: 100 },
      { ...sonnet[0], fromInputTokens: 101 },
    ];
    expect(worstCase(falling, { inputTokens: 110, outputTokens: 0 })).toBe(10_000);
  });

  it('affords no answer where the input alone costs more', () => {
    expect(affordableOutput(sonnet, 100_000, microUsd(1000))).toBe(0);
  });

  it('affords any answer that is free', () => {
    expect(affordableOutput(free, 100_000, microUsd(0))).toBe(Number.MAX_SAFE_INTEGER);
  });
});
