import type { ModelAnswer } from './conversation.ts';
import { isHostOf } from './endpoint.ts';
import { keyVariable } from './key.ts';
import type { Endpoint } from './model.ts';
import { retryAfterMs } from './retryAfter.ts';

export type Failed = Extract<ModelAnswer, { kind: 'failed' }>;

/**
 * What an HTTP status means for a request to a model. The body is only searched for what kind of refusal it is; none of
 * it is quoted. A filter that objects to the words is an answer like any other refusal: another provider would be shown
 * what this one would not touch.
 */
export function statusAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  endpoint: Endpoint,
): ModelAnswer {
  if (status >= 400 && status < 500 && isAboutWords(body)) {
    return { kind: 'answered', text: '', calls: [], usage: null, finish: 'refused' };
  }
  return statusFailure(status, body, headers, endpoint);
}

function statusFailure(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
  endpoint: Endpoint,
): Failed {
  const { provider, model } = endpoint;
  const place = `${provider}${endpoint.baseUrl === null ? '' : ` at ${endpoint.baseUrl}`}`;
  const failed = refusedWith(status, isRefusedUnworked(status, endpoint));
  if (status === 401 || status === 403 || (status === 400 && isAboutKey(body))) {
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
  const pauseMs = retryAfterMs(headers, body);
  if (status === 429) {
    return {
      ...failed(`${place} limits how much may be asked in a time`),
      isRetryable: true,
      retryAfterMs: pauseMs,
    };
  }
  if (status === 529) {
    return { ...failed(`${place} is overloaded`), isRetryable: true, retryAfterMs: pauseMs };
  }
  if (status < 500 && isAboutOutput(body)) {
    return failed(
      `${model} cannot give answers as long as agents may need; choose another model with --model or models.tiers`,
    );
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
      retryAfterMs: pauseMs,
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
  // Google says "quota" of what is only too much in a minute as well, but then also how long to wait.
  if (status === 429 && /"retryDelay"/.test(body)) return false;
  return (
    status === 402 ||
    /insufficient_quota|credit balance|billing_(error|hard_limit|not_active)|exceeded your current quota/i.test(body)
  );
}

/** Google answers a wrong key with 400, as if the request were malformed. */
function isAboutKey(body: string): boolean {
  return /API_KEY_(INVALID|EXPIRED)|API key (not valid|expired)|invalid_api_key/i.test(body);
}

/** Codes and sentences that filters give, not words that a request may contain. */
function isAboutWords(body: string): boolean {
  return /"code"\s*:\s*"(content_filter|content_policy_violation|invalid_prompt)"|ResponsibleAIPolicyViolation|blocked by content filtering policy/.test(
    body,
  );
}

function isAboutOutput(body: string): boolean {
  return /maximum.{0,30}(output|completion) tokens|at most \d+ (output|completion) tokens/i.test(body);
}

function isAboutLength(body: string): boolean {
  return /context.?(length|limit|window|size)|too long|too many (input )?tokens|maximum.{0,40}tokens|exceed.{0,40}tokens/i.test(
    body,
  );
}

/** The provider's own name of the error, when it is a plain word: such a name can carry nothing else. */
function errorType(body: string): string {
  const type = /"(?:type|code)"\s*:\s*"([a-z_]{3,40})"/.exec(body.replace(/"type"\s*:\s*"error"/, ''))?.[1];
  return type === undefined ? '' : `: ${type}`;
}
