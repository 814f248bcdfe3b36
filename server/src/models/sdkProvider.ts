import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV4, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { ModelMessage } from 'ai';
import { invariant, unreachable } from '../base/invariant.ts';
import { isHostOf } from './endpoint.ts';
import type { Endpoint } from './model.ts';
import { knownProvider } from './providerTable.ts';

/** A provider's model as the SDK speaks to it, and what its requests say besides the conversation. */
export interface SdkModel {
  readonly model: LanguageModelV4;
  readonly options: SharedV4ProviderOptions;
  readonly mark: (messages: ModelMessage[]) => ModelMessage[];
}

/** `key` goes into a header of its requests and nowhere else. */
export function sdkProvider(endpoint: Endpoint, key: string | null, fetch: typeof globalThis.fetch): SdkModel {
  const { api, baseUrl: baseURL, model } = endpoint;
  invariant(api !== null && baseURL !== null, 'a provider that is asked by us has an address');
  const apiKey = key ?? '';
  const plain = { options: {}, mark: (messages: ModelMessage[]) => messages };
  switch (api) {
    case 'anthropic': {
      const options = { anthropic: anthropicOptions(model) };
      return { model: createAnthropic({ baseURL, fetch, apiKey }).languageModel(model), options, mark: withCacheMark };
    }
    case 'google':
      return { ...plain, model: createGoogleGenerativeAI({ baseURL, fetch, apiKey }).languageModel(model) };
    case 'responses':
      // What is said to a model stays in the record here; nothing of it is to be kept over there.
      return {
        ...plain,
        model: createOpenAI({ baseURL, fetch, apiKey }).responses(model),
        options: { openai: { store: false, ...(isHostOf('openai', baseURL) ? { serviceTier: standardTier } : {}) } },
      };
    case 'chat':
      return { ...plain, model: chatModel(endpoint, baseURL, key, fetch) };
    default:
      return unreachable(api);
  }
}

function chatModel(
  { provider, model }: Endpoint,
  baseURL: string,
  key: string | null,
  fetch: typeof globalThis.fetch,
): LanguageModelV4 {
  const isOpenai = isHostOf('openai', baseURL);
  const transformRequestBody = isOpenai
    ? asOpenaiTakesIt
    : provider === 'azure' || isHostOf('azure', baseURL)
      ? renameLimit
      : undefined;
  const header = knownProvider(provider)?.keyHeader ?? 'authorization';
  const inBearer = header === 'authorization';
  return createOpenAICompatible({
    name: provider,
    baseURL,
    fetch,
    includeUsage: true,
    ...(key === null ? {} : inBearer ? { apiKey: key } : { headers: { [header]: key } }),
    ...(transformRequestBody === undefined ? {} : { transformRequestBody }),
  }).languageModel(model);
}

/** Unless a request names a tier, an OpenAI project's own setting counts, and that may be one at twice the price. */
const standardTier = 'default';

function asOpenaiTakesIt(body: Record<string, unknown>): Record<string, unknown> {
  return { ...renameLimit(body), service_tier: standardTier };
}

/** OpenAI itself takes `max_tokens` no longer from its newer models; other servers know nothing else. */
function renameLimit({ max_tokens: limit, ...body }: Record<string, unknown>): Record<string, unknown> {
  return { ...body, max_completion_tokens: limit };
}

function anthropicOptions(model: string) {
  // Newer models think unless told not to, and what they thought would have to be sent back with every result.
  const thinksByDefault = /^claude-[a-z]+-[5-9]/.test(model);
  return { toolStreaming: false, ...(thinksByDefault ? { thinking: { type: 'disabled' } } : {}) };
}

/**
 * Asks Anthropic to keep the conversation so far in its cache: the next step sends it again, at a tenth of the price.
 * Reservations are made at the dearest price of input, so writing to the cache is within them.
 */
function withCacheMark(messages: ModelMessage[]): ModelMessage[] {
  return messages.map((message, index) =>
    index === messages.length - 1
      ? { ...message, providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } }
      : message,
  );
}
