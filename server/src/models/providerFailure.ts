import { APICallError, InvalidResponseDataError, NoOutputGeneratedError } from 'ai';
import { unreachable as impossible } from '../base/invariant.ts';
import { isLoopback } from './address.ts';
import type { ModelAnswer } from './conversation.ts';
import type { GuardedFetch, Trouble } from './guardedFetch.ts';
import type { Endpoint } from './model.ts';
import { knownProvider } from './providerTable.ts';
import { statusAnswer, type Failed } from './statusAnswer.ts';

/**
 * What went wrong in an exchange, in words for the person who must act. Rests on what was seen of the network and on
 * HTTP statuses; nothing that the provider wrote is passed on, because it may quote the key or the request.
 */
export function providerFailure(error: unknown, exchange: GuardedFetch, endpoint: Endpoint): ModelAnswer {
  const trouble = exchange.trouble();
  if (trouble !== null) return troubleAnswer(trouble, exchange.isAnswered(), endpoint);
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 400) {
    const answer = statusAnswer(error.statusCode, error.responseBody ?? '', error.responseHeaders ?? {}, endpoint);
    return exchange.isTaken() ? maybeBilled(answer) : answer;
  }
  if (isStreamError(error)) {
    const status = typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : 500;
    return maybeBilled(statusAnswer(status, JSON.stringify(error.data ?? ''), {}, endpoint));
  }
  // The stream ended properly as a connection, but the answer in it did not.
  const hasNoEnd = InvalidResponseDataError.isInstance(error) && error.data === undefined;
  if (hasNoEnd || NoOutputGeneratedError.isInstance(error)) return { kind: 'cut', usage: null, because: 'stream' };
  return malformed(`${placeOf(endpoint)} sent an answer that cannot be read`, endpoint);
}

/** The provider had begun to work before it said what is wrong. */
function maybeBilled(answer: ModelAnswer): ModelAnswer {
  return answer.kind === 'failed' ? { ...answer, isUnbilled: false } : answer;
}

/** The provider as people know it, and where it was asked. */
export function placeOf({ provider, baseUrl }: Endpoint): string {
  return baseUrl === null ? provider : `${provider} at ${baseUrl}`;
}

function troubleAnswer(trouble: Trouble, isAnswered: boolean, endpoint: Endpoint): ModelAnswer {
  const place = placeOf(endpoint);
  switch (trouble.kind) {
    case 'not_reached':
      return notReached(trouble.code, endpoint);
    case 'broken':
      if (isAnswered) return { kind: 'cut', usage: null, because: 'stream' };
      return unreachable(`the connection to ${place} broke before an answer came; check the network`, true);
    case 'stalled': {
      if (isAnswered) return { kind: 'cut', usage: null, because: 'stream' };
      const seconds = Math.ceil(trouble.afterMs / 1000);
      return unreachable(`${place} did not answer for ${seconds} s; check that it works and is not overloaded`, true);
    }
    case 'redirected':
      return {
        ...unreachable(
          `${place} answers with a redirect, which is not followed because the key would go with it; set ${addressSetting(endpoint)} to the final address`,
          false,
        ),
        code: 'provider_refused',
        isUnbilled: true,
      };
    case 'not_a_stream': {
      const type = trouble.contentType.replaceAll(/[^\w/+.-]/g, '') || 'something else';
      return malformed(`${place} answered with ${type} instead of a stream of events`, endpoint);
    }
    case 'too_long':
      return malformed(`${place} sent far more than an answer can have and was stopped`, endpoint);
    case 'asked_again':
      return malformed(`${place} wants to go on in another request, which is not done`, endpoint);
    default:
      return impossible(trouble);
  }
}

function notReached(code: string, endpoint: Endpoint): ModelAnswer {
  const isLocal = endpoint.baseUrl !== null && isLoopback(endpoint.baseUrl);
  if (code === 'LOKI_NOT_NEAR') return notNear(endpoint);
  if (code === 'LOKI_PROXY_REFUSED') return proxyRefused(endpoint);
  const isTrust = /CERT|ISSUER|SIGNATURE/.test(code);
  const advice = isTrust
    ? 'its certificate is not trusted; set NODE_EXTRA_CA_CERTS to the certificate of your authority'
    : isLocal
      ? `start the server${endpoint.provider === 'ollama' ? ' with "ollama serve"' : ''}, or check ${addressSetting(endpoint)}`
      : `check the network and ${addressSetting(endpoint)}`;
  return {
    // A server of one's own that does not run will not run a second later; the network may.
    ...unreachable(`cannot reach ${placeOf(endpoint)} (${code}): ${advice}`, !isLocal && !isTrust),
    isUnbilled: true,
  };
}

/** The name says this machine, its address says another: nothing was connected to. */
function notNear(endpoint: Endpoint): ModelAnswer {
  const message = `the host of ${placeOf(endpoint)} is called this machine, but its address is elsewhere, so nothing was sent; write 127.0.0.1 in ${addressSetting(endpoint)}, or mend the hosts file`;
  return { ...unreachable(message, false), code: 'provider_refused', isUnbilled: true };
}

function proxyRefused(endpoint: Endpoint): ModelAnswer {
  const message = `the proxy ${endpoint.proxy?.address ?? ''} does not let a connection to ${placeOf(endpoint)} through; check HTTPS_PROXY, or name the host in NO_PROXY`;
  return { ...unreachable(message, false), isUnbilled: true };
}

function unreachable(message: string, isRetryable: boolean): Failed {
  return {
    kind: 'failed',
    code: 'provider_unreachable',
    message,
    isRetryable,
    retryAfterMs: null,
    isUnbilled: false,
  };
}

function malformed(problem: string, endpoint: Endpoint): Failed {
  return {
    kind: 'failed',
    code: 'provider_malformed',
    message: `${problem}; check ${addressSetting(endpoint)} and that the server speaks ${apiWords(endpoint)}`,
    isRetryable: false,
    retryAfterMs: null,
    isUnbilled: false,
  };
}

/** Where a person sets the address of a provider. */
function addressSetting({ provider }: Endpoint): string {
  const setting = `models.providers.${provider}.base_url`;
  const variable = knownProvider(provider)?.addressVariable ?? null;
  return variable === null ? setting : `${variable} or ${setting}`;
}

function apiWords({ api }: Endpoint): string {
  switch (api) {
    case 'anthropic':
      return 'the Anthropic Messages API';
    case 'google':
      return 'the Gemini API';
    case 'responses':
      return 'the OpenAI Responses API';
    default:
      return 'the OpenAI chat completions API';
  }
}

/** Providers also report errors inside a stream that began well; the SDK has a class for that but keeps it to itself. */
function isStreamError(error: unknown): error is { readonly statusCode?: unknown; readonly data?: unknown } {
  return error instanceof Error && error.name === 'AI_StreamProviderError';
}
