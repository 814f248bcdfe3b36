import { setTimeout } from 'node:timers/promises';
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { invariant } from '../../base/invariant.ts';
import type { ModelRequest } from '../conversation.ts';
import type { ScriptedStep } from './nextStep.ts';

/**
 * A model for the SDK that says one scripted step, piece by piece. What it counts is deterministic and stays below any
 * bound that rests on bytes: a token for every four bytes, at least one.
 */
export function scriptedModel(
  modelId: string,
  step: ScriptedStep,
  request: ModelRequest,
  paceMs: number,
): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'demo',
    modelId,
    supportedUrls: {},
    doGenerate: () => {
      throw new Error('a scripted model only streams');
    },
    doStream: (options): PromiseLike<LanguageModelV4StreamResult> =>
      Promise.resolve({ stream: streamOf(partsOf(step, request, options), paceMs, options.abortSignal) }),
  };
}

function partsOf(
  step: ScriptedStep,
  request: ModelRequest,
  { maxOutputTokens }: LanguageModelV4CallOptions,
): readonly LanguageModelV4StreamPart[] {
  const wanted = tokens(step.text + step.calls.map(({ tool, input }) => tool + input).join(''));
  // A real model that may not say more stops in the middle, and what it was about to call is lost.
  const isCapped = maxOutputTokens !== undefined && wanted > maxOutputTokens;
  const text = isCapped ? Buffer.from(step.text).toString('utf8', 0, maxOutputTokens * 3) : step.text;
  const calls = isCapped ? [] : step.calls;
  return [
    { type: 'stream-start', warnings: [] },
    ...textParts(text),
    ...calls.map(({ tool, input }, index): LanguageModelV4StreamPart => ({
      type: 'tool-call',
      toolCallId: `call_${request.turns.length}_${index + 1}`,
      toolName: tool,
      input,
    })),
    {
      type: 'finish',
      finishReason: isCapped
        ? { unified: 'length', raw: 'max_tokens' }
        : calls.length > 0
          ? { unified: 'tool-calls', raw: 'tool_use' }
          : { unified: 'stop', raw: 'end_turn' },
      usage: usageOf(
        tokens(JSON.stringify([request.instructions, request.turns, request.tools])),
        isCapped ? maxOutputTokens : wanted,
      ),
    },
  ];
}

function textParts(text: string): readonly LanguageModelV4StreamPart[] {
  if (text === '') return [];
  const pieces = text.match(/\S+\s*|\s+/g) ?? [];
  return [
    { type: 'text-start', id: 'text' },
    ...pieces.map((delta): LanguageModelV4StreamPart => ({ type: 'text-delta', id: 'text', delta })),
    { type: 'text-end', id: 'text' },
  ];
}

function usageOf(input: number, output: number): Extract<LanguageModelV4StreamPart, { type: 'finish' }>['usage'] {
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}

function tokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 4));
}

function streamOf(
  parts: readonly LanguageModelV4StreamPart[],
  paceMs: number,
  signal: AbortSignal | undefined,
): ReadableStream<LanguageModelV4StreamPart> {
  const left = parts.values();
  return new ReadableStream<LanguageModelV4StreamPart>({
    async pull(controller) {
      signal?.throwIfAborted();
      const { done, value } = left.next();
      if (done === true) {
        controller.close();
        return;
      }
      invariant(value !== undefined, 'a part that is not the end has a value');
      if (paceMs > 0) await setTimeout(paceMs, undefined, signal === undefined ? {} : { signal });
      controller.enqueue(value);
    },
  });
}
