import { createHmac } from 'node:crypto';
import type { RuleSource } from '#protocol/policy';
import type { Action } from '#protocol/action';
import { fetchTo } from '../base/directFetch.ts';
import type { Decision } from '../policy/decision.ts';
import type { Judge } from './judge.ts';

/** How a webhook went. It never holds a run up: who could not be told is told by the run itself. */
export type WebhookResult =
  | { readonly kind: 'sent'; readonly status: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface WebhookDeps {
  readonly judge: Judge;
  /** The secret that requests are signed with (`LOKI_WEBHOOK_SECRET`); null where none is set. */
  readonly secret: string | null;
  readonly now: () => Date;
}

const timeoutMs = 10_000;

/** Whether an address may be told: the hosts of the policy decide, and a project alone cannot choose one. */
export function mayBeTold(
  { kind, reason }: Pick<Decision, 'kind' | 'reason'>,
  tier: RuleSource['tier'],
): string | null {
  if (kind === 'ALLOW') return null;
  // Who governs this machine has said where to send; a repository that somebody else wrote has not.
  if (kind === 'REQUIRE_APPROVAL' && tier !== 'project') return null;
  return reason;
}

/**
 * Tells an address about something, signed with HMAC-SHA256 over `v0:<timestamp>:<body>` where a secret is set. Redirects
 * are not followed. Answers how it went and never throws on what the world does.
 */
export async function callWebhook(
  deps: WebhookDeps,
  webhook: { readonly url: string; readonly tier: RuleSource['tier'] },
  message: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<WebhookResult> {
  const action: Action = { kind: 'fetch', url: webhook.url };
  const refusal = mayBeTold(await deps.judge({ kind: 'loki' }, action), webhook.tier);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  const body = JSON.stringify(message);
  try {
    const response = await fetchTo(webhook.url)(webhook.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureOf(deps, body) },
      body,
      // A redirect would lead to a place that nobody configured.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    const isTaken = response.status >= 200 && response.status < 300;
    if (isTaken) return { kind: 'sent', status: response.status };
    return { kind: 'failed', reason: `the webhook answered ${response.status}` };
  } catch {
    return { kind: 'failed', reason: 'the webhook could not be reached' };
  }
}

function signatureOf({ secret, now }: WebhookDeps, body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now().getTime() / 1000));
  if (secret === null) return { 'x-loki-request-timestamp': timestamp };
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-loki-request-timestamp': timestamp, 'x-loki-signature': `v0=${signature}` };
}
