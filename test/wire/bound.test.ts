import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundInputTokens } from '../../server/src/cost/bound.ts';
import type { ModelRequest, Turn } from '../../server/src/models/conversation.ts';
import { modelPermit } from '../unit/models/modelPermit.ts';
import { modelAt, wireProviders } from './providers.ts';

// The bound is made from our request, but charged is what the SDK makes of it: nothing in its body may be beyond the bound.

/** Every text and name in a body, with the marks around them: more than any tokenizer has tokens for. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 2;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + weightOf(item) + 1, 2);
  if (typeof value !== 'object' || value === null) return String(value).length;
  return Object.entries(value).reduce((sum, [key, item]) => sum + weightOf(key) + weightOf(item) + 2, 2);
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom('', '\u0000\u0001', '"\\"', '\uD800', 'ﷺﷺ'),
);
const name = fc.stringMatching(/^[a-z_]{1,64}$/);
const input = fc.oneof(fc.dictionary(anyText, anyText), anyText, fc.constant(null), fc.array(fc.integer()));
const call = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), callId: name, tool: name, input }),
  fc.record({ kind: fc.constant('malformed' as const), callId: name, tool: anyText, problem: anyText }),
);
const output = fc.oneof(
  fc.record({ kind: fc.constantFrom('text' as const, 'error' as const), text: anyText }),
  fc.record({ kind: fc.constant('refused' as const), reason: anyText }),
);
const exchange = fc
  .record({ said: anyText, calls: fc.array(call, { maxLength: 4 }), output })
  .map(({ said, calls, output }): readonly Turn[] => [
    { role: 'assistant', text: said, calls },
    calls.length === 0
      ? { role: 'user', text: 'Go on.' }
      : { role: 'tool', results: calls.map(({ callId, tool }) => ({ callId, tool, output })) },
  ]);
const schema = {
  type: 'object' as const,
  properties: { kind: { type: 'string', enum: ['x'], description: 'd' }, lines: { type: 'array', items: {} } },
  required: ['kind'],
  additionalProperties: false,
};
const request = fc
  .record({
    instructions: anyText,
    first: anyText,
    exchanges: fc.array(exchange, { maxLength: 8 }),
    tools: fc.array(fc.record({ name, description: anyText, inputSchema: fc.constant(schema) }), { maxLength: 5 }),
  })
  .map(({ instructions, first, exchanges, tools }): ModelRequest => {
    const turns: readonly Turn[] = [{ role: 'user', text: first }, ...exchanges.flat()];
    return { agent: 'implementer', cycle: 1, instructions, turns, tools };
  });

test.each(wireProviders)('whatever is sent to $name weighs no more than its bound', async (provider) => {
  const bodies: unknown[] = [];
  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    bodies.push(JSON.parse(await text(incoming)));
    response.writeHead(400).end('{}');
  };
  const server = createServer((incoming, response) => void take(incoming, response));
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const model = modelAt(provider, `http://127.0.0.1:${port}/v1`);
  try {
    await fc.assert(
      fc.asyncProperty(request, async (sent) => {
        const before = bodies.length;
        await model.send(modelPermit(model.endpoint, sent), sent, () => undefined, AbortSignal.timeout(10_000));
        expect(bodies).toHaveLength(before + 1);
        expect(weightOf(bodies.at(-1))).toBeLessThanOrEqual(boundInputTokens(sent));
      }),
      { numRuns: 25 },
    );
  } finally {
    server.close();
  }
});
