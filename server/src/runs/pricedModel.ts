import { Failure } from '../base/failure.ts';
import { ratesOf } from '../cost/priceList.ts';
import type { Rates, RateTier } from '../cost/rates.ts';
import { isLoopback } from '../models/address.ts';
import type { PricedModel } from '../gateway/modelGateway.ts';
import type { Model } from '../models/model.ts';
import type { ModelSettings } from '../models/settings.ts';

/** A model with its price; one whose price nobody knows is a `price_unknown` failure that says where to write it. */
export async function pricedModel(
  model: Model,
  { settings, at }: { readonly settings: ModelSettings; readonly at: Date },
): Promise<PricedModel> {
  const { pricedAs, baseUrl } = model.endpoint;
  const said = await ratesOf(pricedAs, settings.prices, at);
  const isOwn = baseUrl !== null && isLoopback(baseUrl);
  // Prices go by the name of a model, and others offer models of the same name as the one at home that costs nothing.
  const listed = said !== null && isFree(said) && !isOwn ? await ratesOf(pricedAs, {}, at) : null;
  const rates = listed ?? said;
  if (rates !== null) return { model, rates: model.endpoint.api === 'anthropic' ? withCacheSurcharge(rates) : rates };
  throw new Failure(
    'price_unknown',
    `the price of ${pricedAs.model} (${pricedAs.provider}) is not known, and what has no price cannot be limited. ` +
      `Check the name, or put the price into config.yaml in ~/.loki (or LOKI_HOME), in US dollars per million tokens: models: { prices: { ${JSON.stringify(pricedAs.model)}: ${isOwn ? '{ input: 0, output: 0 } } } (0 where it costs you nothing)' : '{ input: …, output: … } } }'}`,
  );
}

/**
 * Anthropic is asked to keep every request in its cache, and charges a quarter more for that. A price that was configured
 * without saying so would count too little each time.
 */
function withCacheSurcharge([first, ...more]: Rates): Rates {
  const surcharged = (tier: RateTier): RateTier =>
    tier.cacheWrite === tier.input ? { ...tier, cacheWrite: Math.min(tier.input * 1.25, 1_000_000) } : tier;
  return [surcharged(first), ...more.map(surcharged)];
}

function isFree(rates: Rates): boolean {
  return rates.every(({ input, output, cacheRead, cacheWrite }) => input + output + cacheRead + cacheWrite === 0);
}
