import { invariant } from '../base/invariant.ts';
import { microUsd, type MicroUsd } from './money.ts';
import type { Rates, RateTier } from './rates.ts';
import { isTokenCount, isTokenUsage, type TokenUsage } from './tokenUsage.ts';

// What requests cost, in whole numbers only: every rate becomes picodollars a token (rounded up, exact for prices with up
// to six decimals a million tokens), sums are exact, and the total is rounded up once to the micro-dollar.

const picoPerMicro = 1_000_000n;

/** What a request costs by the tier of its whole input. The usage must be believable (`isTokenUsage`). */
export function price(rates: Rates, usage: TokenUsage): MicroUsd {
  invariant(isTokenUsage(usage), 'a price is asked for usage that cannot be');
  const tier = tierOf(rates, usage.input);
  const plain = usage.input - usage.cacheRead - usage.cacheWrite;
  return roundedUp(
    BigInt(plain) * picoPerToken(tier.input) +
      BigInt(usage.cacheRead) * picoPerToken(tier.cacheRead) +
      BigInt(usage.cacheWrite) * picoPerToken(tier.cacheWrite) +
      BigInt(usage.output) * picoPerToken(tier.output),
  );
}

/** The most that a request within these bounds can cost: no usage within them has a higher `price`. */
export function worstCase(
  rates: Rates,
  bounds: { readonly inputTokens: number; readonly outputTokens: number },
): MicroUsd {
  invariant(isTokenCount(bounds.outputTokens), `not a count of tokens: ${bounds.outputTokens}`);
  const output = BigInt(bounds.outputTokens);
  return roundedUp(
    largest(worstInputs(rates, bounds.inputTokens).map((worst) => worst.inputPico + output * worst.outputPico)),
  );
}

/**
 * How many output tokens `available` affords after the worst case of the input: with that many, `worstCase` stays within
 * it. 0 when nothing is left for an answer, or when the input alone costs more.
 */
export function affordableOutput(rates: Rates, inputTokens: number, available: MicroUsd): number {
  const budget = BigInt(available) * picoPerMicro;
  let affordable = BigInt(Number.MAX_SAFE_INTEGER);
  for (const worst of worstInputs(rates, inputTokens)) {
    const left = budget - worst.inputPico;
    if (left < 0n) return 0;
    if (worst.outputPico > 0n && left / worst.outputPico < affordable) affordable = left / worst.outputPico;
  }
  return Number(affordable);
}

/** Whether numbers can be prices: finite, not negative, at most a dollar a token, tiers in order and the first from 0. */
export function isRates(tiers: readonly RateTier[]): tiers is Rates {
  return (
    tiers[0]?.fromInputTokens === 0 &&
    tiers.every((tier, index) => {
      const previous = tiers[index - 1];
      const isInOrder = previous === undefined || tier.fromInputTokens > previous.fromInputTokens;
      return isInOrder && isTokenCount(tier.fromInputTokens) && ratesIn(tier).every(isRate);
    })
  );
}

function ratesIn(tier: RateTier): readonly number[] {
  return [tier.input, tier.output, tier.cacheRead, tier.cacheWrite];
}

function isRate(rate: number): boolean {
  return Number.isFinite(rate) && rate >= 0 && rate <= 1_000_000;
}

function tierOf(rates: Rates, inputTokens: number): RateTier {
  return rates.findLast((tier) => tier.fromInputTokens <= inputTokens) ?? rates[0];
}

/** For every tier that up to `inputTokens` can fall into: the dearest input there, and what a token of output costs. */
function worstInputs(
  rates: Rates,
  inputTokens: number,
): readonly { readonly inputPico: bigint; readonly outputPico: bigint }[] {
  invariant(isTokenCount(inputTokens), `not a count of tokens: ${inputTokens}`);
  return rates
    .filter((tier) => tier.fromInputTokens <= inputTokens)
    .map((tier, index) => {
      const next = rates[index + 1];
      const most = next === undefined ? inputTokens : Math.min(inputTokens, next.fromInputTokens - 1);
      // A provider may count any part of the input as read from or written to its cache.
      const dearest = largest([tier.input, tier.cacheRead, tier.cacheWrite].map(picoPerToken));
      return { inputPico: BigInt(most) * dearest, outputPico: picoPerToken(tier.output) };
    });
}

function largest(amounts: readonly bigint[]): bigint {
  return amounts.reduce((most, amount) => (amount > most ? amount : most), 0n);
}

function roundedUp(pico: bigint): MicroUsd {
  return microUsd(Number((pico + picoPerMicro - 1n) / picoPerMicro));
}

const knownPico = new Map<number, bigint>();

/** Dollars a million tokens are millions of picodollars a token. Read from the decimals people wrote, not from binary. */
function picoPerToken(rate: number): bigint {
  const known = knownPico.get(rate);
  if (known !== undefined) return known;
  // There are a few dozen prices; whatever asks for more gets them all the same.
  if (knownPico.size >= 1000) knownPico.clear();
  const pico = readPico(rate);
  knownPico.set(rate, pico);
  return pico;
}

function readPico(rate: number): bigint {
  invariant(isRate(rate), `not a price for a million tokens: ${rate}`);
  // Multiplying could round down a price such as 0.1: the shortest decimal form of the number is what was written.
  const [digits = '0', exponent = '0'] = rate.toString().split('e');
  const [whole = '0', fraction = ''] = digits.split('.');
  const unscaled = BigInt(whole + fraction);
  const shift = 6 + Number(exponent) - fraction.length;
  if (shift >= 0) return unscaled * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (unscaled + divisor - 1n) / divisor;
}
