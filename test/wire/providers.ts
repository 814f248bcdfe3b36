import { loadModel } from '../../server/src/models/load.ts';
import type { Endpoint, Model } from '../../server/src/models/model.ts';
import type { WireApi } from '../../server/src/models/settings.ts';
import { startAnthropicServer } from './anthropicServer.ts';
import { startGoogleServer } from './googleServer.ts';
import { startOpenaiServer } from './openaiServer.ts';
import { startResponsesServer } from './responsesServer.ts';
import type { WirePart, WireServer } from './wireScript.ts';

/** One provider's wire format, for tests that must hold for all of them. */
export interface WireProvider {
  readonly name: string;
  readonly api: WireApi;
  readonly model: string;
  readonly keyHeader: string;
  /** Where a request says how long the answer may be. */
  readonly limitOf: (body: Readonly<Record<string, unknown>>) => unknown;
  readonly toolCountOf: (body: Readonly<Record<string, unknown>>) => number;
  /** The provider's words for an answer that was too long, and for one that it refuses. */
  readonly finish: { readonly length: string; readonly refusal: string };
  /** Whether a call's arguments are text, which may be torn; or a value, which may not. */
  readonly hasTextArguments: boolean;
  /** What shows to a person who must look after the key. */
  readonly variable: string;
  readonly start: (parts: readonly WirePart[]) => Promise<WireServer>;
}

const countOf = (tools: unknown): number => (Array.isArray(tools) ? tools.length : 0);

export const wireProviders: readonly WireProvider[] = [
  {
    name: 'anthropic',
    api: 'anthropic',
    model: 'claude-sonnet-4-5',
    keyHeader: 'x-api-key',
    limitOf: (body) => body['max_tokens'],
    toolCountOf: (body) => countOf(body['tools']),
    finish: { length: 'max_tokens', refusal: 'refusal' },
    hasTextArguments: true,
    variable: 'ANTHROPIC_API_KEY',
    start: startAnthropicServer,
  },
  {
    name: 'openai',
    api: 'responses',
    model: 'gpt-5.1',
    keyHeader: 'authorization',
    limitOf: (body) => body['max_output_tokens'],
    toolCountOf: (body) => countOf(body['tools']),
    finish: { length: 'max_output_tokens', refusal: 'refusal' },
    hasTextArguments: true,
    variable: 'OPENAI_API_KEY',
    start: startResponsesServer,
  },
  {
    name: 'gateway',
    api: 'chat',
    model: 'local-model',
    keyHeader: 'authorization',
    limitOf: (body) => body['max_tokens'],
    toolCountOf: (body) => countOf(body['tools']),
    finish: { length: 'length', refusal: 'content_filter' },
    hasTextArguments: true,
    variable: 'GATEWAY_API_KEY',
    start: startOpenaiServer,
  },
  {
    name: 'google',
    api: 'google',
    model: 'gemini-2.5-flash',
    keyHeader: 'x-goog-api-key',
    limitOf: (body) => Object(body['generationConfig']).maxOutputTokens as unknown,
    toolCountOf: (body) =>
      countOf(Object(countOf(body['tools']) > 0 ? (body['tools'] as unknown[])[0] : {}).functionDeclarations),
    finish: { length: 'MAX_TOKENS', refusal: 'SAFETY' },
    hasTextArguments: false,
    variable: 'GOOGLE_API_KEY',
    start: startGoogleServer,
  },
];

export const testKey = 'sk-test-0123456789-do-not-print';

/** A model that reaches a wire server the way it would reach the provider. */
export function modelAt(
  { name: provider, api, model }: Pick<WireProvider, 'name' | 'api' | 'model'>,
  baseUrl: string,
  stallTimeoutMs = 10_000,
  proxy: Endpoint['proxy'] = null,
): Model {
  const pricedAs = { provider, model };
  const endpoint: Endpoint = { ...pricedAs, api, baseUrl, proxy, region: null, isSimulated: false, pricedAs };
  return loadModel({ kind: 'provider', endpoint, key: testKey, stallTimeoutMs });
}
