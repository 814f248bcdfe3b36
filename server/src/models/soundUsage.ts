import type { LanguageModelUsage } from 'ai';
import type { Usage } from './conversation.ts';

// What of a provider's counts is believed. Prices come from them, so doubt is never settled in the cheaper direction:
// null means that the whole reservation counts.

/** The most that any event of an answer has counted so far. */
export interface Counted {
  readonly input: number;
  readonly output: number;
}

export const nothingCounted: Counted = { input: 0, output: 0 };

/** Some servers count in every event, and the SDK believes the last one. */
export function mostCounted(before: Counted, event: unknown): Counted {
  const { usage, usageMetadata, message, response } = record(event);
  const raw = record(usage ?? usageMetadata ?? record(message)['usage'] ?? record(response)['usage']);
  const thoughts = numberOf(raw['thoughtsTokenCount']);
  return {
    input: Math.max(before.input, ...inputNames.map((name) => numberOf(raw[name]))),
    output: Math.max(before.output, ...outputNames.map((name) => numberOf(raw[name]) + thoughts)),
  };
}

const inputNames = ['input_tokens', 'prompt_tokens', 'promptTokenCount'];
const outputNames = ['output_tokens', 'completion_tokens', 'candidatesTokenCount'];

/**
 * The counted tokens, or null unless they are counts that fit together: what is not known is not taken for nothing, what
 * was said was not free, and counts only grow while an answer comes.
 */
export function soundUsage(usage: LanguageModelUsage, seen: Counted, hasSaidSomething: boolean): Usage | null {
  const { inputTokens: input, outputTokens } = usage;
  const { cacheReadTokens: cacheRead = 0 } = usage.inputTokenDetails;
  const raw = record(usage.raw);
  // Chat completions can say it, too, and the SDK leaves it out for compatible servers.
  const cacheWrite =
    usage.inputTokenDetails.cacheWriteTokens ?? record(raw['prompt_tokens_details'])['cache_write_tokens'] ?? 0;
  if (!isCount(input) || !isCount(outputTokens) || !isCount(cacheRead) || !isCount(cacheWrite)) return null;
  const output = wholeOutput(input, outputTokens, usage.outputTokenDetails.reasoningTokens ?? 0, raw);
  if (!isCount(output) || (output === 0 && hasSaidSomething)) return null;
  if (input < seen.input || output < seen.output || input < cacheRead + cacheWrite) return null;
  if (hasOtherCharges(raw)) return null;
  const charged = chargedIn(raw);
  if (charged === null) return { input, cacheRead, cacheWrite, output };
  return isCount(charged) ? { input, cacheRead, cacheWrite, output, charged } : null;
}

/** What Loki asks for has no such charges; somebody in between may have added them (Anthropic's hour-long cache, searches). */
function hasOtherCharges(raw: Raw): boolean {
  const hourly = record(raw['cache_creation'])['ephemeral_1h_input_tokens'];
  return [hourly, ...Object.values(record(raw['server_tool_use']))].some((count) => numberOf(count) > 0);
}

/** In micro-dollars, from those whose word for it has a known unit (xAI, OpenRouter); null where nothing is said. */
function chargedIn(raw: Raw): number | null {
  const { cost_in_usd_ticks: ticks, cost, is_byok: hasOwnKey, cost_details: details } = raw;
  if (typeof ticks === 'number') return Math.ceil(ticks / 10_000);
  if (typeof cost !== 'number' || (hasOwnKey === undefined && details === undefined)) return null;
  // With a key of one's own at the provider behind it, that one charges beside the gateway.
  const behind = hasOwnKey === true ? numberOf(record(details)['upstream_inference_cost']) : 0;
  // Without the dust of binary fractions, which would round 0.0021 up.
  return Math.ceil(Number(((cost + behind) * 1_000_000).toFixed(3)));
}

/**
 * Thinking is charged as output, but some servers (xAI, Google's compatible address) count it beside the output and only
 * in the total.
 */
function wholeOutput(input: number, output: number, thought: number, raw: Raw): number {
  const total = numberOf(raw['total_tokens'] ?? raw['totalTokenCount']);
  return Math.max(thought > output ? output + thought : output, total - input);
}

type Raw = Readonly<Record<string, unknown>>;

function record(value: unknown): Raw {
  return typeof value === 'object' && value !== null ? (value as Raw) : {};
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
