import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { localModels } from '../../../server/src/runs/localModels.ts';

/** The models of a server that answers everything like this, and what it was asked. */
async function modelsOf(status: number, body: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? 'without a key'}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { models: await localModels(`http://127.0.0.1:${port}/v1`), asked };
}

test('a server of models names them, and is told no key', async () => {
  const { models, asked } = await modelsOf(200, '{"data":[{"id":"qwen3:8b"},{"id":"a b"},{"id":"gemma"}]}');
  expect(models).toEqual(['gemma', 'qwen3:8b']);
  expect(asked).toEqual(['GET /v1/models without a key']);
});

test.each([
  [404, '{}'],
  [200, '<h1>hello</h1>'],
  [200, '{"data":"many"}'],
])('another program on the port (%s %s) is no server of models', async (status, body) => {
  expect((await modelsOf(status, body)).models).toBeNull();
});

test('nobody there is nobody there', async () => {
  expect(await localModels('http://127.0.0.1:1/v1')).toBeNull();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;
}

/** What comes of a program that says these very bytes to whoever connects. */
async function modelsAfter(bytes: string): Promise<readonly string[] | null> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined).on('data', () => socket.write(bytes));
  });
  return await localModels(await listening(server));
}

test.each([
  ['something that is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ['a status that is none', 'HTTP/1.1 999 Hello\r\ncontent-length: 0\r\n\r\n'],
  ['nothing at all', ''],
  ['the beginning of an answer', 'HTTP/1.1 200 OK\r\n\r\n{"data": ['],
])('a program that says %s is no server of models, and holds nobody up', async (_, bytes) => {
  expect(await modelsAfter(bytes)).toBeNull();
});

test('an answer that does not end is not read to its end', async () => {
  let sent = 0;
  const server = createServer((_request, response) => {
    const part = Buffer.alloc(256 * 1024, 'x');
    const more = (): void => {
      while (!response.destroyed) {
        sent += part.length;
        if (!response.write(part)) return void response.once('drain', more);
      }
    };
    more();
  });
  expect(await localModels(await listening(server))).toBeNull();
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test('of thousands of models each is named once', async () => {
  const data = Array.from({ length: 10_000 }, (_, at) => ({ id: `model-${at % 5000}` }));
  expect((await modelsOf(200, JSON.stringify({ data }))).models).toHaveLength(5000);
});
