import { argumentsOf, countTokens, inPieces, type WirePart, type WireServer } from './wireScript.ts';
import { startWireServer, type WireFormat } from './wireServer.ts';

/** A server that speaks OpenAI's chat completions (streaming), as Ollama, vLLM and gateways do. */
export async function startOpenaiServer(parts: readonly WirePart[]): Promise<WireServer> {
  return startWireServer(openaiFormat, parts);
}

const openaiFormat: WireFormat = {
  path: '/chat/completions',
  instructionsOf: (body) => {
    const [first]: unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
    return JSON.stringify(first ?? '');
  },
  usageOf: (body, { text = '', calls = [], cacheRead = 0 }) => ({
    input: countTokens([body['messages'], body['tools']]),
    output: countTokens(text + calls.map((call) => call.tool + argumentsOf(call)).join('')),
    cacheRead,
    cacheWrite: 0,
  }),
  opening: (body, _usage, said) => chunk(body, { role: 'assistant', content: said }),
  whole: (body, usage, { text = '', calls = [], finish }) => {
    const { include_usage: wantsUsage = false } = Object(body['stream_options'] ?? {});
    return [
      chunk(body, { role: 'assistant', content: '' }),
      ...inPieces(text).map((content) => chunk(body, { content })),
      ...calls.flatMap((call, index) => [
        chunk(body, {
          tool_calls: [
            {
              index,
              id: call.id ?? `call_${usage.input}_${index}`,
              type: 'function',
              function: { name: call.tool, arguments: '' },
            },
          ],
        }),
        ...inPieces(argumentsOf(call)).map((piece) =>
          chunk(body, { tool_calls: [{ index, function: { arguments: piece } }] }),
        ),
      ]),
      chunk(body, {}, finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')),
      ...(wantsUsage === true
        ? [
            data({
              ...head(body),
              choices: [],
              usage: {
                prompt_tokens: usage.input,
                completion_tokens: usage.output,
                total_tokens: usage.input + usage.output,
                prompt_tokens_details: { cached_tokens: usage.cacheRead },
              },
            }),
          ]
        : []),
      'data: [DONE]\n\n',
    ];
  },
};

function chunk(body: Readonly<Record<string, unknown>>, delta: object, finish: string | null = null): string {
  return data({ ...head(body), choices: [{ index: 0, delta, finish_reason: finish }] });
}

function head(body: Readonly<Record<string, unknown>>) {
  return { id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1, model: body['model'] };
}

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
