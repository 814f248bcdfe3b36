import type { Action } from '#protocol/action';
import type { RuleSource } from '#protocol/policy';
import type { Decision } from '../policy/decision.ts';
import type { Judge } from './judge.ts';
import { postWebhook, type WebhookResult, type WebhookSender } from './postWebhook.ts';

/** Tells the webhook of a policy about something, if policy lets its host be told. */
export async function callWebhook(
  { judge, sender }: { readonly judge: Judge; readonly sender: WebhookSender },
  webhook: { readonly url: string; readonly tier: RuleSource['tier'] },
  message: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<WebhookResult> {
  const action: Action = { kind: 'fetch', url: webhook.url };
  const refusal = refusalFor(await judge({ kind: 'loki' }, action), webhook.tier);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  return await postWebhook(sender, webhook.url, message, signal);
}

/** Whether an address may be told: the hosts of the policy decide, and a project alone cannot choose one. */
function refusalFor({ kind, reason }: Pick<Decision, 'kind' | 'reason'>, tier: RuleSource['tier']): string | null {
  if (kind === 'ALLOW') return null;
  // Who governs this machine has said where to send; a repository that somebody else wrote has not.
  if (kind === 'REQUIRE_APPROVAL' && tier !== 'project') return null;
  return reason;
}
