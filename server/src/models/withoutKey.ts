import type { ModelAnswer } from './conversation.ts';

/** Shorter ones are words that answers hold anyway. */
const shortest = 8;

/**
 * An answer without the key that it was asked with: a gateway may say it back, and what a model said is shown, kept and
 * sent again.
 */
export function withoutKey(answer: ModelAnswer, key: string | null): ModelAnswer {
  if (key === null || key.length < shortest) return answer;
  if (answer.kind === 'failed') return { ...answer, message: without(key, answer.message) };
  if (answer.kind !== 'answered') return answer;
  const calls = answer.calls.map((call) => {
    const named = { ...call, callId: without(key, call.callId), tool: without(key, call.tool) };
    return named.kind === 'call'
      ? { ...named, input: deeplyWithout(key, named.input) }
      : { ...named, problem: without(key, named.problem) };
  });
  return { ...answer, text: without(key, answer.text), calls };
}

function without(key: string, text: string): string {
  return text.replaceAll(key, '«redacted:provider-key»');
}

function deeplyWithout(key: string, value: unknown): unknown {
  if (typeof value === 'string') return without(key, value);
  if (Array.isArray(value)) return value.map((member) => deeplyWithout(key, member));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [without(key, name), deeplyWithout(key, member)]);
  return Object.fromEntries(members) as unknown;
}
