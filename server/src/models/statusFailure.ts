import type { ModelAnswer } from './conversation.ts';
import { isHostOf } from './endpoint.ts';
import { keyVariable } from './key.ts';
import type { Endpoint } from './model.ts';

export type Failed = Extract<ModelAnswer, { kind: 'failed' }>;

/**
 * What an HTTP status means for a request to a model. The body is only searched for what kind of refusal it is; none of
 * it is quoted.
 */
export function statusFailure(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  endpoint: Endpoint,
): Failed {
  const { provider, model } = endpoint;
  const place = `${provider}${endpoint.baseUrl === null ? '' : ` at ${endpoint.baseUrl}`}`;
  const failed = refusedWith(status, isRefusedUnworked(status, endpoint));
  if (status === 401 || status === 403) {
    const variable = keyVariable(provider);
    return failed(
      `${place} refused the key; set it again (loki key set ${provider}, or ${variable}), and check what its account may use`,
    );
  }
  if (status === 404)
    return failed(`${place} has no model "${model}" or is not the right address; ${modelAdvice(endpoint)}`);
  if (isAboutMoney(status, body)) {
    return failed(`${place} refuses because the account has no credit or quota left; look at your account there`);
  }
  if (status === 429) {
    return {
      ...failed(`${place} limits how much may be asked in a time`),
      isRetryable: true,
      retryAfterMs: retryAfterMs(headers),
    };
  }
  if (status === 529) {
    return { ...failed(`${place} is overloaded`), isRetryable: true, retryAfterMs: retryAfterMs(headers) };
  }
  if (status === 413 || (status < 500 && isAboutLength(body))) {
    return failed(
      `the conversation is longer than ${model} takes; give a smaller task or a model with a larger context`,
    );
  }
  if (status === 408 || status >= 500) {
    return {
      ...failed(`${place} failed to answer; try again later`),
      isRetryable: true,
      retryAfterMs: retryAfterMs(headers),
      // A server that fails may have worked before it failed.
      isUnbilled: false,
    };
  }
  return failed(`${place} refused the request${errorType(body)}; check that the model "${model}" can use tools`);
}

/** Statuses of a request that was turned away before anybody worked on it. */
const turnedAway = new Set([401, 402, 403, 404, 405, 413, 415, 429, 529]);
/** The same, unless a provider charges for what it looked at to find this out. */
const lookedAt = new Set([400, 422]);

/** Azure charges for requests that its filters refuse or that are too long. Who else fails in a way of its own may, too. */
function isRefusedUnworked(status: number, { provider, baseUrl }: Endpoint): boolean {
  const isAzure = provider === 'azure' || (baseUrl !== null && isHostOf('azure', baseUrl));
  return turnedAway.has(status) ? !(isAzure && status === 413) : lookedAt.has(status) && !isAzure;
}

function refusedWith(status: number, isUnbilled: boolean): (message: string) => Failed {
  return (message) => ({
    kind: 'failed',
    code: 'provider_refused',
    message: `${message} (HTTP ${status})`,
    isRetryable: false,
    retryAfterMs: null,
    isUnbilled,
  });
}

function modelAdvice({ provider, model }: Endpoint): string {
  const base = `set --model or models.tiers in the configuration, and check models.providers.${provider}.base_url`;
  return provider === 'ollama' ? `run "ollama pull ${model}", or ${base}` : `${base}, which normally ends in /v1`;
}

function isAboutMoney(status: number, body: string): boolean {
  return (
    status === 402 ||
    /insufficient_quota|credit balance|billing_(error|hard_limit|not_active)|exceeded your current quota/i.test(body)
  );
}

function isAboutLength(body: string): boolean {
  return /context.?(length|window|size)|too long|too many (input )?tokens|maximum.{0,40}tokens|exceed.{0,40}tokens/i.test(
    body,
  );
}

/** The provider's own name of the error, when it is a plain word: such a name can carry nothing else. */
function errorType(body: string): string {
  const type = /"(?:type|code)"\s*:\s*"([a-z_]{3,40})"/.exec(body.replace(/"type"\s*:\s*"error"/, ''))?.[1];
  return type === undefined ? '' : `: ${type}`;
}

function retryAfterMs(headers: Readonly<Record<string, string>>): number | null {
  const exact = numberIn(headers['retry-after-ms']);
  if (exact !== null) return exact;
  const value = headers['retry-after'];
  const seconds = numberIn(value);
  if (seconds !== null) return seconds * 1000;
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}
