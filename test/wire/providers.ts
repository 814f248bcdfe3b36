import { loadModel } from '../../server/src/models/load.ts';
import type { Endpoint, Model } from '../../server/src/models/model.ts';
import { startAnthropicServer } from './anthropicServer.ts';
import { startOpenaiServer } from './openaiServer.ts';
import type { WirePart, WireServer } from './wireScript.ts';

/** One provider's wire format, for tests that must hold for all of them. */
export interface WireProvider {
  readonly name: string;
  readonly keyHeader: string;
  readonly limitMember: string;
  readonly start: (parts: readonly WirePart[]) => Promise<WireServer>;
}

export const wireProviders: readonly WireProvider[] = [
  { name: 'anthropic', keyHeader: 'x-api-key', limitMember: 'max_tokens', start: startAnthropicServer },
  { name: 'gateway', keyHeader: 'authorization', limitMember: 'max_tokens', start: startOpenaiServer },
];

export const testKey = 'sk-test-0123456789-do-not-print';

/** A model that reaches a wire server the way it would reach the provider. */
export function modelAt(provider: string, baseUrl: string, stallTimeoutMs = 10_000): Model {
  const endpoint: Endpoint = {
    provider,
    model: provider === 'anthropic' ? 'claude-sonnet-4-5' : 'local-model',
    baseUrl,
    region: null,
    isSimulated: false,
    pricedAs: { provider, model: 'claude-sonnet-4-5' },
  };
  return loadModel({ kind: 'provider', endpoint, key: testKey, stallTimeoutMs });
}
