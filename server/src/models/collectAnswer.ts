import type { TextStreamPart, ToolSet } from 'ai';
import { maxCalls, tooManyCalls } from './callLimit.ts';
import type { ModelAnswer, ProposedCall, Usage } from './conversation.ts';
import { mostCounted, nothingCounted, soundUsage } from './soundUsage.ts';

// Puts one streamed answer together. It trusts nothing in it: not that it ends, not that calls fit the tools or have
// ids of their own, not that counts are counts.

export interface Collected {
  readonly text: string;
  readonly calls: readonly ProposedCall[];
  readonly usage: Usage | null;
  /** Whether the provider said that it ended and why; an answer without that broke off. */
  readonly hasEnded: boolean;
  readonly finish: Extract<ModelAnswer, { kind: 'answered' }>['finish'];
  /** The error that ended the stream. */
  readonly error: unknown;
}

const properEnds: ReadonlySet<string> = new Set(['stop', 'tool-calls', 'content-filter']);

type StreamedCall = Extract<TextStreamPart<ToolSet>, { type: 'tool-call' }>;

/**
 * Reads a stream to its end. `toolNames` are those that were declared; `usedIds` are the call ids of the conversation so
 * far, which no new call may take.
 */
export async function collectAnswer(
  stream: AsyncIterable<TextStreamPart<ToolSet>>,
  toolNames: ReadonlySet<string>,
  usedIds: ReadonlySet<string>,
  onText: (text: string) => void,
): Promise<Collected> {
  const ids = new Set(usedIds);
  const calls: ProposedCall[] = [];
  let text = '';
  let usage: Usage | null = null;
  let hasEnded = false;
  let counted = nothingCounted;
  let hasThought = false;
  let finishReason = 'other';
  let error: unknown = null;
  for await (const part of stream) {
    if (part.type === 'text-delta') {
      text += part.text;
      onText(part.text);
    } else if (part.type === 'reasoning-delta') {
      hasThought = true;
    } else if (part.type === 'tool-call') {
      if (calls.length < maxCalls) calls.push(proposedCall(part, toolNames, freshId(part.toolCallId, ids)));
      else if (calls.length === maxCalls) calls.push(oneTooMany(part, freshId(part.toolCallId, ids)));
    } else if (part.type === 'finish-step') {
      usage = soundUsage(part.usage, counted, text !== '' || calls.length > 0 || hasThought);
      finishReason = part.finishReason;
      // Some providers have a word of their own only for what is unusual. Gateways end with "error" what broke off behind them.
      hasEnded =
        (part.rawFinishReason !== undefined && part.rawFinishReason !== 'error') || properEnds.has(finishReason);
    } else if (part.type === 'raw') {
      counted = mostCounted(counted, part.rawValue);
    } else if (part.type === 'error') {
      // Nothing after it counts, and a server that sends nothing but errors must not be listened to for long.
      error = part.error;
      break;
    }
  }
  return { text, calls, usage, hasEnded, finish: finishOf(finishReason, calls.length > 0), error };
}

function proposedCall(part: StreamedCall, toolNames: ReadonlySet<string>, callId: string): ProposedCall {
  const tool = part.toolName.slice(0, 128);
  const problem = problemOf(part, toolNames);
  return problem === null
    ? { kind: 'call', callId, tool, input: part.input as unknown }
    : { kind: 'malformed', callId, tool, problem };
}

/** Stands for all that came after the last call that was taken. */
function oneTooMany(part: StreamedCall, callId: string): ProposedCall {
  return { kind: 'malformed', callId, tool: part.toolName.slice(0, 128), problem: tooManyCalls };
}

function problemOf(part: StreamedCall, toolNames: ReadonlySet<string>): string | null {
  if (!toolNames.has(part.toolName)) {
    return `There is no tool ${JSON.stringify(part.toolName.slice(0, 64))}; there are ${[...toolNames].join(', ')}`;
  }
  if (part.providerExecuted === true) return 'The provider claims to have run this tool itself; nothing was done here';
  return part.invalid === true ? 'The arguments are not valid JSON' : null;
}

/** Two calls with one id could not be told apart, and providers take only plain ids back. */
function freshId(id: string, ids: Set<string>): string {
  let fresh = id;
  for (let count = ids.size + 1; ids.has(fresh) || !/^[A-Za-z0-9_-]{1,64}$/.test(fresh); count += 1) {
    fresh = `call_${count}`;
  }
  ids.add(fresh);
  return fresh;
}

function finishOf(reason: string, hasCalls: boolean): Collected['finish'] {
  if (reason === 'length') return 'length';
  if (reason === 'content-filter') return 'refused';
  if (hasCalls) return 'calls';
  return reason === 'stop' ? 'stop' : 'other';
}
