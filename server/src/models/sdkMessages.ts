import type { AssistantModelMessage, JSONValue, ModelMessage, ToolModelMessage } from 'ai';
import { unreachable } from '../base/invariant.ts';
import type { CallOutput, ProposedCall, Turn } from './conversation.ts';

/** Our conversation in the SDK's words. What is sent is exactly what the request says: nothing is added or left out. */
export function sdkMessages(turns: readonly Turn[]): ModelMessage[] {
  return turns.map((turn) => {
    switch (turn.role) {
      case 'user':
        return { role: 'user', content: turn.text };
      case 'assistant':
        return assistantMessage(turn.text, turn.calls);
      case 'tool':
        return toolMessage(turn.results);
      default:
        return unreachable(turn);
    }
  });
}

function assistantMessage(text: string, calls: readonly ProposedCall[]): AssistantModelMessage {
  // Providers refuse a message without content; a model that said nothing is shown that it said nothing.
  const said = text.trim() === '' && calls.length === 0 ? '(no answer)' : text;
  return {
    role: 'assistant',
    content: [
      ...(said.trim() === '' ? [] : [{ type: 'text' as const, text: said }]),
      ...calls.map((call) => ({
        type: 'tool-call' as const,
        toolCallId: call.callId,
        toolName: sendableName(call.tool),
        input: call.kind === 'call' ? sendableInput(call.input) : {},
      })),
    ],
  };
}

function toolMessage(results: Extract<Turn, { role: 'tool' }>['results']): ToolModelMessage {
  return {
    role: 'tool',
    content: results.map(({ callId, tool, output }) => ({
      type: 'tool-result' as const,
      toolCallId: callId,
      toolName: sendableName(tool),
      output: sdkOutput(output),
    })),
  };
}

function sdkOutput(output: CallOutput) {
  switch (output.kind) {
    case 'text':
      return { type: 'text' as const, value: output.text };
    case 'error':
      return { type: 'error-text' as const, value: output.text };
    case 'refused':
      return { type: 'execution-denied' as const, reason: output.reason };
    default:
      return unreachable(output);
  }
}

/** A name the model made up comes back to it in letters that every provider takes. */
function sendableName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

/** Providers demand an object as arguments, whatever the model wrote. */
function sendableInput(input: unknown): Record<string, JSONValue> {
  // The input came out of JSON, so every value in it is a JSON value.
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, JSONValue>;
  return { arguments: (input ?? null) as JSONValue };
}
