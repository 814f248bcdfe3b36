import type { ActionOf } from '#protocol/action';
import type { Proxy } from '../base/directFetch.ts';
import type { Permit } from '../policy/permit.ts';
import type { ModelAnswer, ModelRequest } from './conversation.ts';
import type { WireApi } from './settings.ts';

/** Where a model is reached and what it is called; decided before anything is sent. */
export interface Endpoint {
  /** The configured name: `anthropic`, `openai`, `ollama`, `demo`, or one from `models.providers`. */
  readonly provider: string;
  readonly model: string;
  /** What is spoken there; null where nothing is sent by us: the demo provider and the editor's models. */
  readonly api: WireApi | null;
  /** Null where nothing is sent by us. */
  readonly baseUrl: string | null;
  /** What the environment puts between. */
  readonly proxy: Proxy | null;
  readonly region: string | null;
  /** True for scripted models: their spend is marked and counted apart. */
  readonly isSimulated: boolean;
  /** Whose price list counts; for the demo provider a real model's. */
  readonly pricedAs: { readonly provider: string; readonly model: string };
}

/**
 * A model that can be asked. `send` performs exactly one request, without retries of its own, under a permit whose
 * `requestDigest` is the digest of `request` and whose `maxOutputTokens` caps the answer. It never throws for what a
 * provider does wrong: that is an answer of kind `failed` or `cut`.
 */
export interface Model {
  readonly endpoint: Endpoint;
  send(
    permit: Permit<ActionOf<'model_call'>>,
    request: ModelRequest,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<ModelAnswer>;
}
