import { argumentsOf, countTokens, inPieces, type WirePart, type WireServer, type WireUsage } from './wireScript.ts';
import { startWireServer, type WireFormat } from './wireServer.ts';

/** A server that speaks Anthropic's Messages API (streaming). */
export async function startAnthropicServer(parts: readonly WirePart[]): Promise<WireServer> {
  return startWireServer(anthropicFormat, parts);
}

const anthropicFormat: WireFormat = {
  path: '/messages',
  instructionsOf: (body) => JSON.stringify(body['system'] ?? ''),
  usageOf: (body, { text = '', calls = [], cacheRead = 0, cacheWrite = 0 }) => ({
    input: countTokens([body['system'], body['messages'], body['tools']]),
    output: countTokens(text + calls.map((call) => call.tool + argumentsOf(call)).join('')),
    cacheRead,
    cacheWrite,
  }),
  opening: (body, usage, said) =>
    messageStart(body, usage) + (said === '' ? '' : blockStart(0, { type: 'text', text: '' }) + textDelta(0, said)),
  whole: (body, usage, { text = '', calls = [], finish }) => {
    const blocks = [
      ...(text === '' ? [] : [{ start: { type: 'text', text: '' }, deltas: inPieces(text).map(textOf) }]),
      ...calls.map((call, index) => ({
        start: { type: 'tool_use', id: call.id ?? `toolu_${usage.input}_${index}`, name: call.tool, input: {} },
        deltas: inPieces(argumentsOf(call)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      })),
    ];
    return [
      messageStart(body, usage),
      event('ping', {}),
      ...blocks.flatMap(({ start, deltas }, index) => [
        blockStart(index, start),
        ...deltas.map((delta) => event('content_block_delta', { index, delta })),
        event('content_block_stop', { index }),
      ]),
      event('message_delta', {
        delta: { stop_reason: finish ?? (calls.length > 0 ? 'tool_use' : 'end_turn'), stop_sequence: null },
        usage: { output_tokens: usage.output },
      }),
      event('message_stop', {}),
    ];
  },
};

function messageStart(body: Readonly<Record<string, unknown>>, usage: WireUsage): string {
  return event('message_start', {
    message: {
      id: 'msg_test',
      type: 'message',
      role: 'assistant',
      model: body['model'],
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        // Anthropic counts the cached tokens apart from the others.
        input_tokens: usage.input - usage.cacheRead - usage.cacheWrite,
        cache_read_input_tokens: usage.cacheRead,
        cache_creation_input_tokens: usage.cacheWrite,
        output_tokens: 1,
      },
    },
  });
}

function blockStart(index: number, block: unknown): string {
  return event('content_block_start', { index, content_block: block });
}

function textDelta(index: number, said: string): string {
  return event('content_block_delta', { index, delta: textOf(said) });
}

function textOf(said: string) {
  return { type: 'text_delta', text: said };
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
