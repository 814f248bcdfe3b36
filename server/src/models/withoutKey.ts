import type { ModelAnswer, ProposedCall } from './conversation.ts';

/** Shorter ones are words that servers without keys are given, such as `EMPTY`: nothing is secret about them. */
const leastLength = 16;

/**
 * An answer in which the provider's own key does not stand, whatever it looks like: a gateway that repeats what it was
 * asked with would else put it into the conversation, the record and what agents write.
 */
export function withoutKey(answer: ModelAnswer, key: string | null): ModelAnswer {
  if (key === null || key.length < leastLength || answer.kind !== 'answered') return answer;
  const clean = (text: string): string => text.replaceAll(key, '«redacted:provider-key»');
  return { ...answer, text: clean(answer.text), calls: answer.calls.map((call) => cleanCall(call, clean)) };
}

type Clean = (text: string) => string;

function cleanCall(call: ProposedCall, clean: Clean): ProposedCall {
  const tool = clean(call.tool);
  return call.kind === 'call'
    ? { ...call, tool, input: cleanValue(call.input, clean) }
    : { ...call, tool, problem: clean(call.problem) };
}

/** Names of members count, too. */
function cleanValue(value: unknown, clean: Clean): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [clean(name), cleanValue(item, clean)]));
}
