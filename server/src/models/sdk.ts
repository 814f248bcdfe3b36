import { streamText } from 'ai';
import { invariant } from '../base/invariant.ts';
import { isLoopback } from './address.ts';
import { collectAnswer, type Collected } from './collectAnswer.ts';
import type { ModelAnswer, ModelRequest } from './conversation.ts';
import { demoEndpoint } from './demo/demoEndpoint.ts';
import { nextStep } from './demo/nextStep.ts';
import type { Scenario } from './demo/scenario.ts';
import { scriptedModel } from './demo/scriptedModel.ts';
import { guardedFetch, type GuardedFetch } from './guardedFetch.ts';
import type { Endpoint } from './model.ts';
import { providerFailure } from './providerFailure.ts';
import { sdkMessages } from './sdkMessages.ts';
import { sdkProvider, type SdkModel } from './sdkProvider.ts';
import { sdkTools } from './sdkTools.ts';
import { withoutKey } from './withoutKey.ts';

// The AI SDK, and the only way to it. One request per `send`: no retries, no tools that run, no loop of the SDK's own.
// It is a bundle apart; `load.ts` imports it on the first request, demands the permit, and is the only one that may.

// The SDK would print its warnings among our output.
globalThis.AI_SDK_LOG_WARNINGS = false;

const defaultStallMs = 120_000;
/** A model on one's own machine may need minutes for a long prompt before the first byte. */
const localStallMs = 290_000;
const maxAnswerBytes = 64 * 1024 * 1024;
const maxAnswerMs = 30 * 60_000;

/** One request and its answer. Whoever calls it holds a permit for the request and for `maxOutputTokens`. */
export type Exchange = (
  request: ModelRequest,
  maxOutputTokens: number,
  onText: (text: string) => void,
  signal: AbortSignal,
) => Promise<ModelAnswer>;

/** Requests to a real provider. `key` goes into their header and nowhere else. */
export function openProvider(endpoint: Endpoint, key: string | null, stallTimeoutMs?: number): Exchange {
  const { baseUrl } = endpoint;
  invariant(baseUrl !== null, 'a real provider has an address');
  const limits = {
    stallTimeoutMs: stallTimeoutMs ?? (isLoopback(baseUrl) ? localStallMs : defaultStallMs),
    maxAnswerBytes,
    maxAnswerMs,
  };
  return async (request, maxOutputTokens, onText, signal) => {
    const network = guardedFetch(limits, { proxy: endpoint.proxy });
    const sdk = sdkProvider(endpoint, key, network.fetch);
    const answer = await exchangeOnce({ endpoint, sdk, network }, request, maxOutputTokens, onText, signal);
    return withoutKey(answer, key);
  };
}

/** The scripted model of the demo provider, through the very same code as the others. */
export function openDemo(scenario: Scenario, paceMs: number): Exchange {
  const endpoint = demoEndpoint(scenario);
  return async (request, maxOutputTokens, onText, signal) => {
    const model = scriptedModel(endpoint.model, nextStep(scenario, request), request, paceMs);
    return exchangeOnce(
      { endpoint, sdk: { model, options: {}, mark: (messages) => messages }, network: null },
      request,
      maxOutputTokens,
      onText,
      signal,
    );
  };
}

interface OpenModel {
  readonly endpoint: Endpoint;
  readonly sdk: SdkModel;
  /** Null for a scripted model, which uses none. */
  readonly network: GuardedFetch | null;
}

async function exchangeOnce(
  open: OpenModel,
  request: ModelRequest,
  maxOutputTokens: number,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  const { model, options, mark } = open.sdk;
  if (signal.aborted) return { kind: 'unsent' };

  const result = streamText({
    model,
    instructions: request.instructions,
    messages: mark(sdkMessages(request.turns)),
    tools: sdkTools(request.tools),
    maxRetries: 0,
    maxOutputTokens,
    abortSignal: signal,
    // Errors come as parts of the stream; by default the SDK prints them as well.
    onError: () => undefined,
    providerOptions: options,
  });
  const toolNames = new Set(request.tools.map(({ name }) => name));
  try {
    const collecting = collectAnswer(result.stream, toolNames, callIds(request), (text) => {
      if (!signal.aborted) onText(text);
    });
    const collected = await orAborted(collecting, signal);
    if (signal.aborted) return { kind: 'cut', usage: collected?.usage ?? null, because: 'cancelled' };
    invariant(collected !== null, 'only a cancel ends an exchange without an answer');
    return collected.error === null ? answerOf(collected, open) : failureOf(collected.error, open);
  } catch (error) {
    if (signal.aborted) return { kind: 'cut', usage: null, because: 'cancelled' };
    return failureOf(error, open);
  }
}

function failureOf(error: unknown, { endpoint, network }: OpenModel): ModelAnswer {
  const name = error instanceof Error ? error.name : 'an error';
  // Only the name: the SDK quotes whole requests in its errors.
  invariant(network?.isSent() === true, `the SDK refused the request before anything was sent (${name})`);
  return providerFailure(error, network, endpoint);
}

function answerOf(collected: Collected, { endpoint, network }: OpenModel): ModelAnswer {
  if (network !== null && network.trouble() !== null) return providerFailure(null, network, endpoint);
  // Without the provider's word that it ended, calls in it may be torn: none of it counts.
  if (!collected.hasEnded) return { kind: 'cut', usage: null, because: 'stream' };
  const { text, calls, usage, finish } = collected;
  return { kind: 'answered', text, calls, usage, finish };
}

/** The value, or null as soon as the signal aborts, however long the other side takes to notice. */
async function orAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const { promise: aborted, resolve } = Promise.withResolvers<null>();
  const onAbort = () => {
    resolve(null);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const first = await Promise.race([value, aborted]);
    // What is still on its way ends in an error that nobody waits for.
    if (first === null) value.catch(() => undefined);
    return first;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function callIds(request: ModelRequest): ReadonlySet<string> {
  return new Set(
    request.turns.flatMap((turn) => (turn.role === 'assistant' ? turn.calls.map((call) => call.callId) : [])),
  );
}
