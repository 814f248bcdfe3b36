import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelAnswer, ModelRequest } from '../../server/src/models/conversation.ts';
import { modelPermit, requestWith } from '../unit/models/modelPermit.ts';
import { modelAt, testKey, wireProviders } from './providers.ts';
import type { WireServer, WireTurn } from './wireScript.ts';

// Model.send against servers that speak the providers' own formats: what is sent, and what is made of the answers.

let server: WireServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

describe.each(wireProviders)('$name ($api)', (provider) => {
  const { start, keyHeader, limitOf, toolCountOf, finish, hasTextArguments } = provider;

  async function ask(
    turn: WireTurn,
    request: ModelRequest = requestWith(),
  ): Promise<{ answer: ModelAnswer; pieces: string[]; server: WireServer }> {
    server = await start([{ match: /./, turns: [turn] }]);
    const model = modelAt(provider, server.baseUrl);
    const pieces: string[] = [];
    const permit = modelPermit(model.endpoint, request, 2048);
    const answer = await model.send(permit, request, (text) => pieces.push(text), AbortSignal.timeout(20_000));
    return { answer, pieces, server };
  }

  it('streams a text and reports what the server counted, cached tokens included', async () => {
    const { answer, pieces, server } = await ask({ kind: 'answer', text: 'Good morning, everyone.', cacheRead: 7 });
    const usage = server.requests[0]?.usage;
    expect(answer).toEqual({
      kind: 'answered',
      text: 'Good morning, everyone.',
      calls: [],
      usage: { input: usage?.input, cacheRead: 7, cacheWrite: 0, output: usage?.output },
      finish: 'stop',
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe('Good morning, everyone.');
  });

  it('hands over parallel calls in order', async () => {
    const { answer } = await ask({
      kind: 'answer',
      text: 'Both.',
      calls: [
        { id: 'one', tool: 'read_file', input: { path: 'a b.txt' } },
        { id: 'two', tool: 'read_file', input: { path: 'ü.txt' } },
      ],
    });
    expect(answer).toMatchObject({
      kind: 'answered',
      text: 'Both.',
      finish: 'calls',
      calls: [
        { kind: 'call', callId: 'one', tool: 'read_file', input: { path: 'a b.txt' } },
        { kind: 'call', callId: 'two', tool: 'read_file', input: { path: 'ü.txt' } },
      ],
    });
  });

  const malformed: readonly (readonly [string, { tool: string; rawInput: string }])[] = [
    ['a tool that does not exist', { tool: 'open_portal', rawInput: '{}' }],
    ['a tool named like a member of every object', { tool: 'constructor', rawInput: '{}' }],
    ['a tool named like the prototype', { tool: '__proto__', rawInput: '{}' }],
    ['arguments that break off', { tool: 'read_file', rawInput: '{"path": "src/' }],
    ['arguments that would change a prototype', { tool: 'read_file', rawInput: '{"__proto__": {"path": "x"}}' }],
  ];
  // A value in an event cannot be torn by itself: the whole event would be.
  const sendable = malformed.filter(([, { rawInput }]) => hasTextArguments || rawInput === '{}');
  it.each(sendable)('a call with %s is malformed and says so', async (_, call) => {
    const { answer } = await ask({ kind: 'answer', calls: [{ id: 'bad', ...call }] });
    expect(answer).toMatchObject({
      kind: 'answered',
      calls: [{ kind: 'malformed', callId: 'bad', tool: call.tool, problem: expect.any(String) as string }],
    });
  });

  it('gives calls that share an id, or have an unusable one, ids of their own', async () => {
    const calls = ['same', 'same', 'old', 'no good id', 'x'.repeat(5000)].map((id) => ({
      id,
      tool: 'read_file',
      input: { path: id.slice(0, 5) },
    }));
    const request = requestWith({
      turns: [
        { role: 'user', text: 'Go.' },
        {
          role: 'assistant',
          text: '',
          calls: [{ kind: 'call', callId: 'old', tool: 'read_file', input: { path: 'x' } }],
        },
        { role: 'tool', results: [{ callId: 'old', tool: 'read_file', output: { kind: 'text', text: 'x' } }] },
      ],
    });
    const { answer } = await ask({ kind: 'answer', calls }, request);
    const ids = answer.kind === 'answered' ? answer.calls.map(({ callId }) => callId) : [];
    expect(ids).toHaveLength(5);
    expect(new Set([...ids, 'old']).size).toBe(6);
    expect(ids.every((id) => /^[\w-]{1,64}$/.test(id))).toBe(true);
  });

  it('sends exactly the request: instructions, turns, tools and the permitted length', async () => {
    const request = requestWith({
      turns: [
        { role: 'user', text: 'Read it.' },
        {
          role: 'assistant',
          text: 'I read.',
          calls: [
            { kind: 'call', callId: 'c1', tool: 'read_file', input: { path: 'a' } },
            { kind: 'malformed', callId: 'c2', tool: 'read file!', problem: 'no such tool' },
            { kind: 'call', callId: 'c3', tool: 'read_file', input: 'just text' },
          ],
        },
        {
          role: 'tool',
          results: [
            { callId: 'c1', tool: 'read_file', output: { kind: 'text', text: 'content of a' } },
            { callId: 'c2', tool: 'read file!', output: { kind: 'error', text: 'there is no such tool' } },
            { callId: 'c3', tool: 'read_file', output: { kind: 'refused', reason: 'outside the scope' } },
          ],
        },
        { role: 'assistant', text: '', calls: [] },
        { role: 'user', text: 'Go on.' },
      ],
    });
    const { server } = await ask({ kind: 'answer', text: 'ok' }, request);
    const body = server.requests[0]?.body ?? {};
    const sent = JSON.stringify(body);
    for (const text of [
      'You are the implementer.',
      'Read it.',
      'I read.',
      'content of a',
      'there is no such tool',
      'outside the scope',
      'Go on.',
    ]) {
      expect(sent.split(text)).toHaveLength(2);
    }
    expect(limitOf(body)).toBe(2048);
    expect(toolCountOf(body)).toBe(1);
    expect(sent).toContain('"required":["path"]');
    expect(sent).not.toContain('read file!');
  });

  it('puts the key into one header and nowhere else', async () => {
    const { server, answer } = await ask({ kind: 'answer', text: 'ok' });
    const { headers, body } = server.requests[0] ?? { headers: {}, body: {} };
    const withKey = Object.entries(headers).filter(([, value]) => String(value).includes(testKey));
    expect(withKey.map(([header]) => header)).toEqual([keyHeader]);
    expect(JSON.stringify([body, answer])).not.toContain(testKey);
  });

  it('takes the key out of an answer that says it back', async () => {
    const calls = [{ id: testKey, tool: 'read_file', input: { path: `a/${testKey}`, [testKey]: [testKey] } }];
    const { answer } = await ask({ kind: 'answer', text: `Your key is ${testKey}.`, calls });
    expect(JSON.stringify(answer)).not.toContain(testKey);
    expect(answer).toMatchObject({ kind: 'answered', text: 'Your key is «redacted:provider-key».' });
  });

  it('a server that wants to speak another protocol is a broken connection, not a request for ever', async () => {
    const { server: other, port } = await upgrading();
    try {
      const model = modelAt(provider, `http://127.0.0.1:${port}/v1`);
      const request = requestWith();
      const permit = modelPermit(model.endpoint, request);
      const answer = await model.send(permit, request, () => undefined, AbortSignal.timeout(20_000));
      expect(answer).toMatchObject({ kind: 'failed', code: 'provider_unreachable', isUnbilled: false });
    } finally {
      other.close();
    }
  });

  it('takes an answer that was cut at its permitted length for what it is', async () => {
    const { answer } = await ask({ kind: 'answer', text: 'And then', finish: finish.length });
    expect(answer).toMatchObject({ kind: 'answered', text: 'And then', finish: 'length' });
  });

  it('takes an answer that the provider refuses to give for a refusal', async () => {
    const { answer } = await ask({ kind: 'answer', text: 'I cannot', finish: finish.refusal });
    expect(answer).toMatchObject({ kind: 'answered', finish: 'refused' });
  });

  it('sends nothing without a permit for this very request and endpoint', async () => {
    server = await start([{ match: /./, turns: [{ kind: 'answer', text: 'no' }] }]);
    const model = modelAt(provider, server.baseUrl);
    const signal = AbortSignal.timeout(20_000);
    const request = requestWith();
    const other = modelPermit(model.endpoint, requestWith({ instructions: 'Something else.' }));
    const elsewhere = modelPermit({ ...model.endpoint, baseUrl: 'http://127.0.0.1:1/v1' }, request);
    const forged = JSON.parse(JSON.stringify(modelPermit(model.endpoint, request))) as typeof other;
    for (const permit of [other, elsewhere, forged]) {
      await expect(model.send(permit, request, () => undefined, signal)).rejects.toThrow(/permit/);
    }
    expect(server.requests).toEqual([]);
  });
});

/** A server that answers everything with the wish to speak another protocol. */
async function upgrading() {
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n';
  const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.write(answer)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
