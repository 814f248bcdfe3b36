import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  breakOff,
  createPlayer,
  type WirePart,
  type WireRequest,
  type WireServer,
  type WireTurn,
  type WireUsage,
} from './wireScript.ts';

type Body = Readonly<Record<string, unknown>>;
type Answer = Extract<WireTurn, { kind: 'answer' }>;

/** What makes one provider's wire format differ from another's. */
export interface WireFormat {
  /** What base addresses end in; by default `/v1`. */
  readonly version?: string;
  /** The path that takes requests, below the base address. */
  readonly path: string | RegExp;
  instructionsOf(body: Body): string;
  usageOf(body: Body, answer: Answer): WireUsage;
  /** The events of the beginning of an answer that says `said` and has not ended. */
  opening(body: Body, usage: WireUsage, said: string): string;
  /** The events of a whole answer. */
  whole(body: Body, usage: WireUsage, answer: Answer): readonly string[];
}

/** A server on the loopback device that plays a script in a provider's format and counts tokens by itself. */
export async function startWireServer(format: WireFormat, parts: readonly WirePart[]): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const version = format.version ?? '/v1';
  const isTaken = (path: string): boolean => {
    const below = path.startsWith(version) ? path.slice(version.length) : '';
    return typeof format.path === 'string' ? below === format.path : format.path.test(below);
  };
  const nextTurn = createPlayer(parts);
  const server = createServer((request, response) => {
    void take(request, response);
  });

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await text(request);
    const path = request.url ?? '';
    if (request.method !== 'POST' || !isTaken(path)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
      return;
    }
    // The body is what the client under test sent as JSON; a test that gets something else fails here.
    const body = JSON.parse(received) as Body;
    const turn = nextTurn(format.instructionsOf(body));
    const usage = format.usageOf(body, turn.kind === 'answer' ? turn : { kind: 'answer' });
    requests.push({ path, headers: request.headers, body, usage });
    await play(format, response, body, usage, turn);
  }

  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}${version}`,
    requests,
    close: async () => {
      const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
      server.close(() => {
        onClosed();
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function play(
  format: WireFormat,
  response: ServerResponse,
  body: Body,
  usage: WireUsage,
  turn: WireTurn,
): Promise<void> {
  const stream = { 'content-type': 'text/event-stream; charset=utf-8' };
  switch (turn.kind) {
    case 'answer':
      response.writeHead(200, stream);
      for (const event of format.whole(body, usage, turn)) response.write(event);
      response.end();
      return;
    case 'status':
      response.writeHead(turn.status, { 'content-type': 'application/json', ...turn.headers }).end(turn.body);
      return;
    case 'bytes':
      response.writeHead(200, { 'content-type': turn.contentType }).end(turn.body);
      return;
    case 'stall':
      if (turn.text === null) return;
      response.writeHead(200, stream).write(format.opening(body, usage, turn.text));
      return;
    case 'cut': {
      response.writeHead(200, stream);
      const { promise: flushed, resolve } = Promise.withResolvers<void>();
      response.write(format.opening(body, usage, turn.text), () => {
        resolve();
      });
      await flushed;
      if (turn.gracefully === true) response.end();
      else breakOff(response);
    }
  }
}
