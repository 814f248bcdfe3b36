import * as fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelAnswer } from '../../server/src/models/conversation.ts';
import { modelPermit, requestWith } from '../unit/models/modelPermit.ts';
import { modelAt, wireProviders, type WireProvider } from './providers.ts';

// One answer of each provider, ended after any byte and in any pieces: it counts as a whole or not at all.

const stream = { 'content-type': 'text/event-stream' };

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function ask(provider: WireProvider, baseUrl: string): Promise<ModelAnswer> {
  const model = modelAt(provider, baseUrl);
  const request = requestWith();
  const permit = modelPermit(model.endpoint, request);
  return await model.send(permit, request, () => undefined, AbortSignal.timeout(20_000));
}

/** The bytes of an answer with text in several scripts and two calls, and what is made of them. */
async function wholeAnswer(provider: WireProvider): Promise<{ bytes: Buffer; answer: ModelAnswer }> {
  const calls = ['ü.txt', 'b'].map((path, at) => ({ id: `call-${at}`, tool: 'read_file', input: { path } }));
  const server = await provider.start([{ match: /./, turns: [{ kind: 'answer', text: 'Grüße 👋 an alle.', calls }] }]);
  onTestFinished(async () => await server.close());
  let bytes = Buffer.alloc(0);
  const relay = await listen((request, response) => {
    void (async () => {
      const body = new Uint8Array(await buffer(request));
      const upstream = await fetch(new URL(request.url ?? '', server.baseUrl), { method: 'POST', body });
      bytes = Buffer.from(await upstream.arrayBuffer());
      response.writeHead(upstream.status, stream).end(bytes);
    })();
  });
  const answer = await ask(provider, `${relay}${new URL(server.baseUrl).pathname}`);
  expect(answer).toMatchObject({ kind: 'answered', finish: 'calls' });
  return { bytes, answer };
}

describe.each(wireProviders)('$name ($api)', (provider) => {
  it('an answer that ends early broke off, unless the provider had already said that it ends', async () => {
    const { bytes, answer } = await wholeAnswer(provider);
    let end = 0;
    const url = await listen((request, response) => {
      request.resume();
      response.writeHead(200, stream).end(bytes.subarray(0, end));
    });
    const broken = { kind: 'cut', usage: null, because: 'stream' };
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (at) => {
        end = at;
        const cut = await ask(provider, `${url}/v1`);
        // Only the count may be missing from what counts.
        if (cut.kind === 'answered') expect({ ...cut, usage: null }).toEqual({ ...answer, usage: null });
        else expect(cut).toEqual(broken);
      }),
      { numRuns: 60, examples: [[0], [1], [bytes.length - 1], [bytes.length - 2]] },
    );
  });

  it('an answer in any pieces, with any ends of lines and signs of life between, is the same answer', async () => {
    const { bytes, answer } = await wholeAnswer(provider);
    let pieces: readonly Buffer[] = [];
    const url = await listen((request, response) => {
      request.resume();
      response.writeHead(200, stream);
      const next = (at: number): void => {
        const piece = pieces[at];
        if (piece === undefined) response.end();
        else response.write(piece, () => setImmediate(next, at + 1));
      };
      next(0);
    });
    const events = bytes.toString('utf8').split(/(?<=\n\n)/);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', ': alive\n\n', ':\n\n', 'retry: 5\n\n', 'event: ping\n\n', '\n\n'),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
        async (end, sign, sizes) => {
          const all = Buffer.from(
            events
              .map((event) => `${sign}${event}`)
              .join('')
              .replaceAll('\n', end),
          );
          const cut: Buffer[] = [];
          for (let at = 0; at < all.length; at += cut.at(-1)?.length ?? 0) {
            cut.push(all.subarray(at, at + (sizes[cut.length % sizes.length] ?? 1)));
          }
          pieces = cut;
          expect(await ask(provider, `${url}/v1`)).toEqual(answer);
        },
      ),
      { numRuns: 15 },
    );
  });
});
