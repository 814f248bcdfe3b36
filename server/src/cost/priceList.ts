import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { isRates } from './price.ts';
import type { Rates, RateTier } from './rates.ts';

// What models cost, from the list that ships with Loki and from the configuration. Never from the network: a price that
// changes between two requests of a task would be a budget that changes. A model that is not known has no price, not a
// price of zero, and neither has one that bills by something else than tokens.

/** Our names of providers, and the list's. Exact: a gateway called `my-openai` need not charge what OpenAI does. */
const listNames: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  azure: 'azure',
  cerebras: 'cerebras',
  cohere: 'cohere',
  deepseek: 'deepseek',
  fireworks: 'fireworks',
  google: 'google',
  groq: 'groq',
  mistral: 'mistral',
  moonshotai: 'moonshotai',
  openai: 'openai',
  openrouter: 'openrouter',
  together: 'together',
  'x-ai': 'x-ai',
  xai: 'x-ai',
};

/** What only requests with sound, pictures, documents, searches or hour-long caches are charged for: we send none. */
const unusedPrices = /audio|image|video|document|web_searches|storage_searches|cache_write_1h/;

/** The prices of a model at a time: the configured ones, else the list's, else null. */
export async function ratesOf(
  pricedAs: { readonly provider: string; readonly model: string },
  configured: Readonly<Record<string, Rates>>,
  at: Date,
): Promise<Rates | null> {
  if (Object.hasOwn(configured, pricedAs.model)) return configured[pricedAs.model] ?? null;
  if (!Object.hasOwn(listNames, pricedAs.provider)) return null;
  const model = await findListed(listNames[pricedAs.provider] ?? '', pricedAs.model);
  if (model === null) return null;
  const prices = pricesAround(model, at);
  return prices.every(isPricedByTokens) ? toRates(prices) : null;
}

async function findListed(providerId: string, model: string): Promise<ModelInfo | null> {
  // Loaded when first asked for: the list is large, and most commands never need a price.
  const { calcPrice } = await import('@pydantic/genai-prices');
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId });
  // The list follows names such as `provider/model` to other providers, which charge differently.
  return found?.provider.id === providerId ? found.model : null;
}

const dayMs = 24 * 60 * 60 * 1000;

/** From a day ago to in a week: prices change at midnight of an unnamed time zone, and a run may wait for days. */
const daysAround = [-1, 0, 1, 2, 3, 4, 5, 6, 7];

/** Every price that can be charged in these days. Of all hours of a day, because a request may be charged when it ends. */
function pricesAround(model: ModelInfo, at: Date): readonly ModelPrice[] {
  if (!Array.isArray(model.prices)) return [model.prices];
  const conditional = model.prices;
  const byHour = conditional.filter((price) => price.constraint?.type === 'time_of_date');
  const byDate = daysAround.map((days) => priceOn(conditional, new Date(at.getTime() + days * dayMs)));
  return [...new Set([...byHour.map((price) => price.prices), ...byDate])];
}

function priceOn(conditional: readonly ConditionalPrice[], at: Date): ModelPrice {
  const current = conditional.findLast(
    ({ constraint }) =>
      constraint === undefined || (constraint.type === 'start_date' && at >= new Date(constraint.start_date)),
  );
  return current?.prices ?? conditional[0]?.prices ?? {};
}

const tokenPrices: ReadonlySet<string> = new Set([
  'input_mtok',
  'output_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'output_reasoning_mtok',
]);

function isPricedByTokens(price: ModelPrice): boolean {
  return Object.keys(price).every((name) => tokenPrices.has(name) || unusedPrices.test(name));
}

function toRates(prices: readonly ModelPrice[]): Rates | null {
  const starts = prices.flatMap((price) =>
    Object.entries(price).flatMap(([name, value]) =>
      tokenPrices.has(name) && typeof value === 'object' ? value.tiers.map((tier) => tier.start + 1) : [],
    ),
  );
  const tiers = [...new Set([0, ...starts])].sort((a, b) => a - b).map((from) => tierFrom(prices, from));
  const isPriced = tiers.every((tier) => tier.input > 0 && tier.output > 0);
  return isPriced && isRates(tiers) ? tiers : null;
}

/** The dearest of several prices. A price that the list leaves out is the one it is a part of. */
function tierFrom(prices: readonly ModelPrice[], fromInputTokens: number): RateTier {
  const dearest = (name: string, otherwise: string): number =>
    Math.max(...prices.map((price) => rateAt(price[name] ?? price[otherwise], fromInputTokens)));
  return {
    fromInputTokens,
    input: dearest('input_mtok', 'input_mtok'),
    output: Math.max(dearest('output_mtok', 'output_mtok'), dearest('output_reasoning_mtok', 'output_mtok')),
    cacheRead: dearest('cache_read_mtok', 'input_mtok'),
    cacheWrite: dearest('cache_write_mtok', 'input_mtok'),
  };
}

/** The list's tiers begin above their start, ours at it. Not a number where the list says nothing. */
function rateAt(price: ModelPrice[string], inputTokens: number): number {
  if (price === undefined) return Number.NaN;
  if (typeof price === 'number') return price;
  const tiers = price.tiers.toSorted((a, b) => a.start - b.start);
  return tiers.findLast((tier) => inputTokens > tier.start)?.price ?? price.base;
}
