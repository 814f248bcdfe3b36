import { countTokens, inPieces, type WirePart, type WireServer, type WireUsage } from './wireScript.ts';
import { startWireServer, type WireFormat } from './wireServer.ts';

/** A server that speaks Google's Gemini API (streaming). */
export async function startGoogleServer(parts: readonly WirePart[]): Promise<WireServer> {
  return startWireServer(googleFormat, parts);
}

const googleFormat: WireFormat = {
  version: '/v1beta',
  path: /^\/models\/[^/]+:streamGenerateContent\?alt=sse$/,
  instructionsOf: (body) => JSON.stringify(body['systemInstruction'] ?? ''),
  usageOf: (body, { text = '', calls = [], cacheRead = 0 }) => ({
    input: countTokens([body['systemInstruction'], body['contents'], body['tools']]),
    output: countTokens(text + calls.map((call) => call.tool + JSON.stringify(call.input ?? {})).join('')),
    cacheRead,
    cacheWrite: 0,
  }),
  opening: (_body, usage, said) => chunk([{ text: said }], usage),
  whole: (_body, usage, { text = '', calls = [], finish }) => [
    ...inPieces(text).map((piece) => chunk([{ text: piece }], usage)),
    ...calls.map(({ id, tool, input = {} }) =>
      chunk([{ functionCall: { ...(id === undefined ? {} : { id }), name: tool, args: input } }], usage),
    ),
    chunk([{ text: '' }], usage, finish ?? 'STOP'),
  ],
};

/** Google counts what was thought apart from what was said. */
function chunk(parts: readonly object[], { input, output, cacheRead }: WireUsage, finish?: string): string {
  const usageMetadata = {
    promptTokenCount: input,
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output - 1,
    thoughtsTokenCount: 1,
    totalTokenCount: input + output,
  };
  const candidate = {
    index: 0,
    content: { role: 'model', parts },
    ...(finish === undefined ? {} : { finishReason: finish }),
  };
  return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata, modelVersion: 'gemini-test' })}\n\n`;
}
