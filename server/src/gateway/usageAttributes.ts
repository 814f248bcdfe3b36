import type { TokenUsage } from '../cost/tokenUsage.ts';
import type { Endpoint } from '../models/model.ts';

/**
 * A request's usage under the names of OpenTelemetry's conventions for generative AI, for tools that read those. What was
 * not measured has no attribute: a zero would be a number.
 */
export function usageAttributes(
  { provider, model }: Endpoint,
  usage: TokenUsage | null,
): Readonly<Record<string, unknown>> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    ...(usage === null
      ? {}
      : {
          'gen_ai.usage.input_tokens': usage.input,
          'gen_ai.usage.output_tokens': usage.output,
          'gen_ai.usage.cache_read.input_tokens': usage.cacheRead,
          'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite,
        }),
  };
}
