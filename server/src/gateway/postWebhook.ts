import { createHmac } from 'node:crypto';
import { fetchTo } from '../base/directFetch.ts';
import { refusalOfUrl } from '../policy/hosts.ts';
import type { Residency } from '../policy/policy.ts';

// The one place that posts webhooks (docs/webhooks.md): signed where a secret is set, led nowhere else by a redirect, and
// nowhere at all where residency keeps everything on this machine. Whose address may be told is its callers' to know.

/** How a webhook went. It never holds a run up: who could not be told is told by the run itself. */
export type WebhookResult =
  | { readonly kind: 'sent'; readonly status: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** How all webhooks of a run are sent. */
export interface WebhookSender {
  readonly residency: Pick<Residency, 'isAirGapped'>;
  /** The secret that requests are signed with (`LOKI_WEBHOOK_SECRET`); null where none is set. */
  readonly secret: string | null;
  readonly now: () => Date;
}

const timeoutMs = 5000;

/**
 * Posts a message as JSON, signed with HMAC-SHA256 over `v0:<timestamp>:<body>` where a secret is set. Answers how it went
 * and never throws on what the world does. For an address that residency refuses no connection is opened.
 */
export async function postWebhook(
  sender: WebhookSender,
  url: string,
  message: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<WebhookResult> {
  const refusal = refusalOfUrl(url, sender.residency);
  if (refusal !== null) return { kind: 'refused', reason: refusal.reason };
  const body = JSON.stringify(message);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetchTo(url)(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureOf(sender, body) },
      body,
      // A redirect would lead to a place that nobody configured.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: 'sent', status: response.status };
    return { kind: 'failed', reason: `it answered ${response.status}` };
  } catch {
    return { kind: 'failed', reason: 'it could not be reached' };
  }
}

function signatureOf({ secret, now }: WebhookSender, body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now().getTime() / 1000));
  if (secret === null) return { 'x-loki-request-timestamp': timestamp };
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-loki-request-timestamp': timestamp, 'x-loki-signature': `v0=${signature}` };
}
